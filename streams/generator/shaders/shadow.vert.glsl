uniform mat4 view_projection;
void main() { gl_Position = view_projection * vec4(skinned(bones, vec4(in_position, 1.0)), 1.0); }
