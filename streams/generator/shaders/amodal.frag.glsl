in vec3 inside;
out vec4 result;
void main() {
    vec2 at = inside.xy / inside.z;
    if (any(lessThan(at, vec2(0.0))) || any(greaterThan(at, vec2(1.0)))) discard;
    result = vec4(1.0);
}
