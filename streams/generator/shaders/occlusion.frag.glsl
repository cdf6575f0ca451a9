// Ambient occlusion from the depth of the truth pass.
in vec2 screen;
out vec4 result;
uniform sampler2D depth;
uniform mat4 unproject;
uniform mat4 view_projection;
uniform vec3 eye;
uniform float reach;

vec3 place(vec2 at) {
    vec4 p = unproject * vec4(at * 2.0 - 1.0, texture(depth, at).r * 2.0 - 1.0, 1.0);
    return p.xyz / p.w;
}

void main() {
    vec2 at = screen * 0.5 + 0.5;
    if (texture(depth, at).r >= 1.0) { result = vec4(1.0); return; }
    vec2 texel = 1.0 / vec2(textureSize(depth, 0));
    vec3 p = place(at);
    vec3 a = place(at + vec2(texel.x, 0.0)) - p, b = p - place(at - vec2(texel.x, 0.0));
    vec3 c = place(at + vec2(0.0, texel.y)) - p, d = p - place(at - vec2(0.0, texel.y));
    vec3 n = normalize(cross(dot(a, a) < dot(b, b) ? a : b, dot(c, c) < dot(d, d) ? c : d));
    if (dot(n, eye - p) < 0.0) n = -n;
    float away = length(eye - p);
    float spread = reach / away;
    float turn = 6.2832 * fract(52.9829 * fract(dot(gl_FragCoord.xy, vec2(0.06711, 0.00584))));
    float hidden = 0.0;
    const int COUNT = 12;
    for (int k = 0; k < COUNT; ++k) {
        float angle = turn + 2.39996 * float(k), r = sqrt((float(k) + 0.5) / float(COUNT));
        vec2 q = at + vec2(cos(angle), sin(angle)) * r * clamp(spread, 0.004, 0.14) * vec2(texel.x / texel.y, 1.0);
        vec3 w = place(q) - p;
        float l = length(w);
        hidden += max(dot(n, w) / max(l, 1e-4) - 0.10, 0.0) * smoothstep(1.8 * reach, 0.6 * reach, l);
    }
    result = vec4(clamp(1.0 - 1.7 * hidden / float(COUNT), 0.0, 1.0));
}
