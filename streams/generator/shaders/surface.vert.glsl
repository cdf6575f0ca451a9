uniform mat4 view_projection;
out vec3 position;
out vec3 normal;
out vec3 local;
out vec2 uv;
out vec3 color;
flat out vec4 material;
flat out vec4 lights;

void main() {
    position = skinned(bones, vec4(in_position, 1.0));
    normal = skinned(bones, vec4(in_normal, 0.0));
    local = in_position;
    uv = in_uv;
    material = in_material;
    int palette = in_instance.z * 8;
    color = in_color * fetch(palettes, palette + int(in_material.y)).rgb;
    lights = fetch(palettes, palette + 6);
    gl_Position = view_projection * vec4(position, 1.0);
}
