in vec3 position;
in vec3 normal;
in vec3 local;
in vec2 uv;
in vec3 color;
flat in vec4 material;
flat in vec4 lights;
out vec4 result;

uniform vec3 eye;
uniform mat4 shadow_matrix;
uniform sampler2DShadow shadow_map;
uniform sampler2D occlusion;
uniform vec2 frame;
uniform sampler2DArray surface_color;
uniform sampler2DArray surface_detail;
uniform sampler2DArray body_color;
uniform sampler2DArray body_detail;
uniform sampler2DArray sign_color;
uniform float fog;
uniform float night;     // 0 day .. 1 lamps shine
uniform float wet;       // 0 dry .. 1 puddles
uniform float grime;

const int TEXTURE = 1, BODY = 2, METAL = 3, LEAF = 4, SKIN = 5, LAMP = 6, GLASS = 7, ROAD = 8, MARKING = 9, FACE = 10, SIGN = 11, PART = 12, FACADE = 13;

float sun_visible(vec3 p, vec3 n) {
    vec4 s = shadow_matrix * vec4(p + n * 0.05, 1.0);
    vec3 c = s.xyz * 0.5 + 0.5;
    if (any(lessThan(c, vec3(0.0))) || any(greaterThan(c, vec3(1.0)))) return 1.0;
    vec2 texel = 1.0 / vec2(textureSize(shadow_map, 0));
    float turn = 6.2832 * fract(52.9829 * fract(dot(gl_FragCoord.xy, vec2(0.06711, 0.00584))));
    mat2 spin = mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
    const vec2 taps[8] = vec2[](vec2(-0.7, -0.4), vec2(0.6, -0.7), vec2(0.1, 0.2), vec2(-0.4, 0.8), vec2(0.9, 0.3), vec2(-0.2, -0.9), vec2(0.5, 0.8), vec2(-0.9, 0.3));
    float lit = 0.0;
    for (int k = 0; k < 8; ++k) lit += texture(shadow_map, vec3(c.xy + spin * taps[k] * texel * 1.6, c.z - 0.0004));
    return lit / 8.0;
}

float lobe(float rough, float nh) {
    float a = max(rough * rough, 0.003), a2 = a * a;
    float d = nh * nh * (a2 - 1.0) + 1.0;
    return a2 / (3.14159 * d * d);
}

void main() {
    int kind = int(material.w + 0.5);
    vec3 v = normalize(eye - position);
    vec3 facing = normalize(cross(dFdx(position), dFdy(position)));
    if (dot(facing, v) < 0.0) facing = -facing;
    vec3 n = normalize(normal);
    if (dot(n, facing) < 0.0) n = -n;

    vec3 albedo = color;
    float rough = material.z, mirror = 0.0, metal = 0.0, coat = 0.0, through = 0.0;
    vec3 shine = vec3(0.0);
    if (kind == TEXTURE || kind == ROAD || kind == MARKING || kind == PART || kind == FACADE) {
        vec4 c = texture(surface_color, vec3(uv, material.x));
        vec4 d = texture(surface_detail, vec3(uv, material.x));
        albedo = mix(c.rgb * c.rgb, color * c.rgb, c.a);
        rough = d.r;
        mirror = d.g;
        if (kind == FACADE) shine = d.b * night * vec3(1.0, 0.72, 0.40) * 0.9 * (1.0 - step(0.5, c.a));
        if (kind == PART) { metal = 0.75; }
        float stain = texture(noise, position.xy * 0.021).r - 0.5;
        if (kind == ROAD) albedo *= 1.0 + grime * stain;
        vec2 slope = vec2(dFdx(d.a), dFdy(d.a)) * 1.0;
        vec3 px = dFdx(position), py = dFdy(position);
        float area = max(dot(px, px), dot(py, py));
        n = normalize(n - 0.10 * clamp(0.03 / sqrt(area), 0.0, 1.0) * (px * slope.x + py * slope.y) / sqrt(area));
    } else if (kind == BODY) {
        vec4 c = texture(body_color, vec3(uv, material.x));
        vec4 d = texture(body_detail, vec3(uv, material.x));
        albedo = mix(c.rgb * c.rgb, color * c.rgb, c.a);
        rough = d.r;
        mirror = d.g;
        coat = c.a;
        float dirt = smoothstep(0.9, 0.15, local.z) * (0.35 + 0.5 * texture(noise, local.yz * 0.35).g) * grime;
        albedo = mix(albedo, vec3(0.12, 0.11, 0.095), clamp(dirt, 0.0, 0.75));
        shine = d.b * lights.r * vec3(1.0, 0.95, 0.85) * 2.6 + d.a * lights.g * vec3(1.0, 0.05, 0.03) * 1.8;
        float corner = step(0.5, max(d.a, d.b));
        shine += corner * vec3(1.0, 0.42, 0.05) * 1.6 * (local.x < 0.0 ? lights.b : lights.a);
    } else if (kind == SIGN) {
        vec4 c = texture(sign_color, vec3(uv, material.x));
        if (c.a < 0.5) discard;
        bool back = dot(normal, facing) > 0.0;
        albedo = back ? vec3(0.28, 0.29, 0.30) : c.rgb * c.rgb * color;
    } else if (kind == METAL) metal = 1.0;
    else if (kind == LEAF) through = 0.55;
    else if (kind == GLASS) mirror = 1.0;
    else if (kind == LAMP) shine = color * 2.2;

    bool soil = kind == ROAD || kind == MARKING || (kind == TEXTURE && n.z > 0.9);
    float puddle = 0.0;
    if (soil && wet > 0.0) {
        puddle = wet * smoothstep(0.48, 0.62, texture(noise, position.xy * 0.045).r * 0.8 + texture(noise, position.xy * 0.31).r * 0.2);
        albedo *= 1.0 - 0.45 * wet;
        rough = mix(rough, 0.32, 0.75 * wet);
        rough = mix(rough, 0.06, puddle);
        n = normalize(mix(n, vec3(0.0, 0.0, 1.0), puddle));
        mirror = max(mirror, 0.55 * puddle);
    }

    float ao = texture(occlusion, gl_FragCoord.xy / frame).r;
    float lit = dot(facing, sun_direction) > -0.1 ? sun_visible(position, facing) : 0.0;
    float nl = dot(n, sun_direction);
    float direct = max(nl, 0.0) * lit;
    if (kind == LEAF) direct = lit * (0.35 + 0.65 * max(nl, 0.0) + through * max(-nl, 0.0)) * 0.8;
    if (kind == SKIN || kind == FACE) direct = lit * max(nl * 0.75 + 0.25, 0.0);
    vec3 ambient = mix(ground, mix(horizon, zenith, 0.5), 0.5 + 0.5 * n.z) * ao;
    ambient += 0.10 * sun_color * max(sun_direction.z, 0.0) * ground * (0.5 - 0.5 * n.z) * ao;
    vec3 diffuse = albedo * (1.0 - metal) * (1.0 - 0.9 * mirror);
    vec3 light = diffuse * (sun_color * direct + ambient);
    if (kind == SKIN || kind == FACE) light += albedo * vec3(0.10, 0.02, 0.01) * sun_color * direct;

    vec3 h = normalize(v + sun_direction);
    float nh = max(dot(n, h), 0.0), nv = max(dot(n, v), 0.001);
    vec3 f0 = mix(vec3(0.04), albedo, metal);
    vec3 fresnel = f0 + (1.0 - f0) * pow(1.0 - nv, 5.0) * (1.0 - rough * 0.85);
    light += sun_color * fresnel * lobe(rough, nh) * direct * 0.25;
    if (mirror > 0.0 || coat > 0.0 || metal > 0.0) {
        vec3 r = reflect(-v, n);
        float weight = max(max(mirror * (0.10 + 0.9 * pow(1.0 - nv, 4.0)), coat * (0.05 + 0.75 * pow(1.0 - nv, 4.0))), 0.0);
        vec3 seen = surroundings(r, rough) * mix(0.45, 1.0, ao);
        light += seen * mix(vec3(weight), f0 * (1.0 - 0.5 * rough), metal);
        float glint = lit * (mirror + coat + metal) * lobe(max(rough, 0.09), nh) * 0.06;
        light += sun_color * min(glint, 3.0);
    } else if (puddle == 0.0) light += surroundings(reflect(-v, n), 0.6) * fresnel * (1.0 - rough) * ao * 0.6;
    if (kind == LAMP) light = shine; else light += shine;

    float far = length(eye - position);
    float veil = 1.0 - exp(-fog * far * exp(-0.012 * max(position.z, 0.0)));
    vec3 air = clear_sky(normalize(vec3(-v.xy, max(-v.z, 0.02))));
    result = vec4(mix(light, air, veil), 1.0);
}
