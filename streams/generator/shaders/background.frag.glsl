in vec2 screen;
out vec4 result;
uniform mat4 unproject;
uniform vec3 eye;
uniform float fog;

void main() {
    vec4 far = unproject * vec4(screen, 1.0, 1.0);
    vec3 d = normalize(far.xyz / far.w - eye);
    vec3 base = sky(d);
    float veil = (1.0 - exp(-fog * 400.0)) * (1.0 - smoothstep(0.0, 0.25, d.z));
    result = vec4(mix(base, clear_sky(vec3(d.xy, max(d.z, 0.02))), veil), 1.0);
}
