// From light to picture: exposure, bloom, rain, film curve, vignette, sensor noise.
in vec2 screen;
out vec4 result;
uniform sampler2D picture;
uniform sampler2D glow;
uniform sampler2D noise;
uniform float exposure;
uniform float bloom;
uniform float grain;
uniform float vignette;
uniform float saturation;
uniform float rain;
uniform float time;
uniform float softness;
uniform vec3 balance;
uniform uint seed;

uint mixed(uint h) { h ^= h >> 16; h *= 0x7feb352du; h ^= h >> 15; h *= 0x846ca68bu; return h ^ (h >> 16); }
float uniform01(uint h) { return float(h & 0xffffffu) / 16777216.0; }
float normal01(uint h) { return uniform01(mixed(h)) + uniform01(mixed(h + 1u)) + uniform01(mixed(h + 2u)) + uniform01(mixed(h + 3u)) - 2.0; }

vec3 film(vec3 x) { return clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0); }

void main() {
    vec2 at = screen * 0.5 + 0.5, texel = 1.0 / vec2(textureSize(picture, 0));
    vec3 c = texture(picture, at).rgb;
    vec3 around = texture(picture, at + vec2(texel.x, 0)).rgb + texture(picture, at - vec2(texel.x, 0)).rgb + texture(picture, at + vec2(0, texel.y)).rgb + texture(picture, at - vec2(0, texel.y)).rgb;
    c = max(mix(c, around * 0.25, softness), 0.0);
    c = mix(c, texture(glow, at).rgb, bloom);
    if (rain > 0.0) {
        float drops = 0.0;
        for (int k = 1; k <= 3; ++k) {
            float near = float(k);
            vec2 p = vec2(at.x * 22.0 / near + at.y * 0.5 + near * 7.3, at.y * 0.55 / near - time * (1.9 - 0.3 * near) + near * 3.1);
            drops += smoothstep(0.76, 0.92, texture(noise, p * vec2(1.0, 0.35)).g) * (0.5 - 0.1 * near);
        }
        c += drops * rain * 0.10 * (0.3 + texture(glow, at).rgb);
    }
    c *= exposure * balance;
    c *= 1.0 - vignette * dot(screen, screen) * 0.5;
    c = film(c * 0.8);
    float gray = dot(c, vec3(0.2126, 0.7152, 0.0722));
    c = mix(vec3(gray), c, saturation);
    c = pow(max(c, 0.0), vec3(1.0 / 2.2));
    uvec2 pixel = uvec2(gl_FragCoord.xy);
    uint h = mixed(pixel.x + 8192u * pixel.y + 71u * seed) ^ mixed(seed);
    uvec2 pair = pixel / 2u;
    uint hc = mixed(pair.x + 8192u * pair.y + 91u * seed + 7u) ^ mixed(seed + 5u);
    float strength = grain * (0.35 + 0.65 * sqrt(gray)) * (1.2 - 0.5 * gray);
    c += strength * (normal01(h) + 0.4 * vec3(normal01(hc), normal01(hc + 11u), normal01(hc + 23u)));
    result = vec4(c, 1.0);
}
