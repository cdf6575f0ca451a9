// Half size with a soft filter, for bloom.
in vec2 screen;
out vec4 result;
uniform sampler2D picture;
void main() {
    vec2 at = screen * 0.5 + 0.5, texel = 1.0 / vec2(textureSize(picture, 0));
    vec3 sum = vec3(0.0);
    for (int y = -2; y <= 2; ++y) for (int x = -2; x <= 2; ++x) sum += min(texture(picture, at + vec2(x, y) * texel * 1.5).rgb, vec3(6.0));
    result = vec4(sum / 25.0, 1.0);
}
