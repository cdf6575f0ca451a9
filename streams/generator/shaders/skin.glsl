// Vertex input shared by all passes: a vertex, its instance, and the two bones that carry it.
in vec3 in_position;
in vec3 in_normal;
in vec2 in_uv;
in vec3 in_color;
in vec4 in_material;   // texture layer, palette slot, roughness, kind
in vec3 in_bone;       // first bone, second bone, weight of the first
in ivec4 in_instance;  // first bone row, object id, first palette row, semantic class

uniform sampler2D bones;       // three rows of a 3x4 matrix per bone
uniform sampler2D palettes;    // eight colours per instance

vec4 fetch(sampler2D table, int index) { return texelFetch(table, ivec2(index & 1023, index >> 10), 0); }

vec3 carried(sampler2D table, int bone, vec4 p) {
    int row = in_instance.x + 3 * bone;
    return vec3(dot(fetch(table, row), p), dot(fetch(table, row + 1), p), dot(fetch(table, row + 2), p));
}

vec3 skinned(sampler2D table, vec4 p) {
    return mix(carried(table, int(in_bone.y), p), carried(table, int(in_bone.x), p), in_bone.z);
}
