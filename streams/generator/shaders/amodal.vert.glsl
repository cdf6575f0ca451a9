// Every object alone in a tile of its own, so that what hides it can be told from what it covers.
uniform mat4 view_projection;
uniform vec2 frame;
uniform vec2 tiles;             // tiles across and down
uniform sampler2D tile_boxes;   // left, top, width, height in frame pixels, by tile
flat out int tile;
out vec3 inside;

void main() {
    vec4 p = view_projection * vec4(skinned(bones, vec4(in_position, 1.0)), 1.0);
    tile = in_instance.w;
    vec4 box = texelFetch(tile_boxes, ivec2(tile, 0), 0);
    vec2 pixel = (p.xy * vec2(0.5, -0.5) + 0.5 * p.w) * frame;
    vec2 within = (pixel - box.xy * p.w) / box.zw;
    inside = vec3(within, p.w);
    vec2 corner = vec2(tile % int(tiles.x), tile / int(tiles.x));
    vec2 at = (corner * p.w + within) / tiles;
    gl_Position = vec4(at * 2.0 - p.w, 0.0, p.w);
}
