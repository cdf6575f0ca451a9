uniform mat4 view_projection;
uniform mat4 next_view_projection;
uniform sampler2D next_bones;
uniform int with_flow;
flat out uint code;
flat out float layer;
out vec2 uv;
out vec4 now;
out vec4 next;

void main() {
    vec4 p = vec4(in_position, 1.0);
    now = view_projection * vec4(skinned(bones, p), 1.0);
    next = with_flow == 1 ? next_view_projection * vec4(skinned(next_bones, p), 1.0) : now;
    int kind = int(in_material.w + 0.5);
    uint class_ = uint(in_instance.w);
    if (class_ == 3u && (kind == 8 || kind == 9)) class_ = 0u;
    code = uint(in_instance.y) | (kind == 10 ? 1u << 16 : 0u) | (class_ << 24) | (1u << 23);  // bit 23: not sky
    layer = kind == 11 ? in_material.x : -1.0;
    uv = in_uv;
    gl_Position = now;
}
