// The light of the day: sun, sky and clouds, fog. Directions point away from the viewer.
uniform vec3 sun_direction;
uniform vec3 sun_color;
uniform vec3 zenith;
uniform vec3 horizon;
uniform vec3 ground;
uniform vec3 cloud_color;
uniform float cloud_cover;
uniform vec2 cloud_shift;
uniform sampler2D noise;

vec3 clear_sky(vec3 d) {
    float up = clamp(d.z, 0.0, 1.0);
    vec3 base = mix(horizon, zenith, pow(up, 0.55));
    float glow = max(dot(d, sun_direction), 0.0);
    base += sun_color * (0.06 * pow(glow, 6.0) + 0.12 * pow(glow, 60.0));
    return base;
}

vec3 sky(vec3 d) {
    vec3 base = clear_sky(d);
    if (d.z > 0.0) {
        vec2 p = d.xy / (d.z + 0.12) * 0.11 + cloud_shift;
        float n = texture(noise, p).r * 0.75 + texture(noise, p * 3.1).r * 0.25;
        float dense = smoothstep(0.62 - 0.45 * cloud_cover, 0.86 - 0.35 * cloud_cover, n);
        float lit = 0.75 + 0.5 * (texture(noise, p + sun_direction.xy * 0.02).r - n);
        base = mix(base, cloud_color * lit, dense * smoothstep(0.0, 0.10, d.z));
    }
    return base;
}

// What a mirror sees: sky above, a dark band of surroundings at the horizon, ground below.
vec3 surroundings(vec3 d, float rough) {
    float edge = 0.05 + 0.4 * rough;
    vec3 above = rough > 0.3 ? clear_sky(d) : sky(d);
    vec3 town = mix(ground, horizon, 0.35) * 0.55;
    float skyline = 0.10 + 0.10 * texture(noise, vec2(atan(d.x, d.y) * 0.35, 0.3)).g;
    vec3 far = mix(town, above, smoothstep(skyline - edge, skyline + edge, d.z));
    return mix(ground * 0.6, far, smoothstep(-edge, edge * 0.5, d.z));
}
