flat in uint code;
flat in float layer;
in vec2 uv;
in vec4 now;
in vec4 next;
layout(location = 0) out uint object;
layout(location = 1) out vec2 flow;
uniform vec2 frame;
uniform sampler2DArray sign_color;

void main() {
    if (layer >= 0.0 && texture(sign_color, vec3(uv, layer)).a < 0.5) discard;
    object = code;
    flow = (next.xy / next.w - now.xy / now.w) * frame * vec2(0.5, -0.5);
}
