// A 4x4 box over the occlusion's dither, kept from crossing depth edges.
in vec2 screen;
out vec4 result;
uniform sampler2D picture;
uniform sampler2D depth;

void main() {
    vec2 at = screen * 0.5 + 0.5, texel = 1.0 / vec2(textureSize(picture, 0));
    float here = 1.0 - texture(depth, at).r, sum = 0.0, weight = 0.0;
    for (int y = -2; y < 2; ++y)
        for (int x = -2; x < 2; ++x) {
            vec2 q = at + (vec2(x, y) + 0.5) * texel;
            float w = exp(-60.0 * abs((1.0 - texture(depth, q).r) / max(here, 1e-6) - 1.0));
            sum += w * texture(picture, q).r;
            weight += w;
        }
    result = vec4(weight > 0.001 ? sum / weight : 1.0);
}
