//! Motion vectors of `nvof`: their fixed point, and the colours they are shown in.
//!
//! A vector is `[x, y]`, right and down, in S10.5 fixed point: 32 to a pixel (`NvOFFlowVector`). Colours are those of the
//! wheel of Baker et al., "A Database and Evaluation Methodology for Optical Flow", IJCV 92 (2011), figure 2: hue says
//! where to (right is red, then yellow, green, cyan, blue, magenta clockwise), saturation how far, white is rest.

use std::f32::consts::PI;

/// Parts of a pixel in a component of a vector.
pub const FRACTION: f32 = 32.0;

/// The least motion, in pixels, that [`reach`] answers: noise of a still picture stays pale.
const LEAST_REACH: f32 = 1.0;
/// The share of vectors that are shorter than the reach, in percent: single strays do not fade all others.
const WITHIN_REACH: usize = 99;
/// What a colour of a motion of twice the reach, or more, keeps of its brightness; between once and twice it fades.
const BEYOND: f32 = 0.75;
/// Steps from each of the six main colours to the next, by how well the eye tells them apart.
const STEPS: [usize; 6] = [15, 6, 4, 11, 13, 6];
const COLOURS: usize = 55;

static WHEEL: [[f32; 3]; COLOURS] = wheel();

/// The colours around the wheel, 0..1 a channel.
const fn wheel() -> [[f32; 3]; COLOURS] {
    const MAIN: [[i32; 3]; 7] = [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1], [1, 0, 0]];
    let mut colours = [[0.0; 3]; COLOURS];
    let (mut at, mut part) = (0, 0);
    while part < STEPS.len() {
        let mut step = 0;
        while step < STEPS[part] {
            let share = step as f32 / STEPS[part] as f32;
            let mut channel = 0;
            while channel < 3 {
                let (from, to) = (MAIN[part][channel] as f32, MAIN[part + 1][channel] as f32);
                colours[at][channel] = from + (to - from) * share;
                channel += 1;
            }
            at += 1;
            step += 1;
        }
        part += 1;
    }
    colours
}

/// A motion in pixels as a vector; what is out of range becomes the nearest that is not.
pub fn to_fixed(pixels: [f32; 2]) -> [i16; 2] {
    pixels.map(|pixels| (pixels * FRACTION).round() as i16)
}

/// A vector in pixels.
pub fn to_pixels(vector: [i16; 2]) -> [f32; 2] {
    vector.map(|part| f32::from(part) / FRACTION)
}

/// How many pixels a vector is long.
pub fn length(vector: [i16; 2]) -> f32 {
    let [x, y] = to_pixels(vector);
    x.hypot(y)
}

/// The motion in pixels that a picture's colours reach to: 99 of 100 vectors are shorter. At least one pixel.
pub fn reach(vectors: &[[i16; 2]]) -> f32 {
    let squared = |[x, y]: [i16; 2]| i32::from(x).pow(2) as u32 + i32::from(y).pow(2) as u32;
    let mut squares: Vec<u32> = vectors.iter().map(|vector| squared(*vector)).collect();
    if squares.is_empty() {
        return LEAST_REACH;
    }
    let at = squares.len() * WITHIN_REACH / 100;
    let (_, square, _) = squares.select_nth_unstable(at);
    ((*square as f32).sqrt() / FRACTION).max(LEAST_REACH)
}

/// Red, green and blue of a vector, where a motion of `reach` pixels has the full colour. Longer ones are darker.
pub fn colour(vector: [i16; 2], reach: f32) -> [u8; 3] {
    if vector == [0, 0] {
        return [255; 3];
    }
    let [x, y] = to_pixels(vector).map(|part| part / reach.max(f32::MIN_POSITIVE));
    let far = x.hypot(y);
    // Right is the wheel's beginning, the angle grows clockwise on the picture, whose y points down.
    let turn = (y.atan2(x) / (2.0 * PI)).rem_euclid(1.0);
    let place = turn * COLOURS as f32;
    let (first, share) = (place as usize % COLOURS, place.fract());
    let (from, to) = (WHEEL[first], WHEEL[(first + 1) % COLOURS]);
    std::array::from_fn(|channel| {
        let full = from[channel] + (to[channel] - from[channel]) * share;
        let value =
            if far <= 1.0 { 1.0 - far * (1.0 - full) } else { full * (1.0 - (far - 1.0).min(1.0) * (1.0 - BEYOND)) };
        (value * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_become_fixed_point_and_come_back() {
        assert_eq!(to_fixed([1.0, -0.25]), [32, -8]);
        assert_eq!(to_fixed([4000.0, f32::NAN]), [i16::MAX, 0]);
        assert_eq!(to_pixels([32, -8]), [1.0, -0.25]);
        assert_eq!(length([96, 128]), 5.0);
    }

    #[test]
    fn directions_have_the_colours_of_the_wheel() {
        assert_eq!(colour([0, 0], 4.0), [255, 255, 255], "rest");
        assert_eq!(colour([128, 0], 4.0), [255, 0, 0], "right");
        assert_eq!(colour([64, 0], 4.0), [255, 128, 128], "right, half as far");
        assert_eq!(colour([512, 0], 4.0), [191, 0, 0], "right, too far");
        let [r, g, b] = colour([0, 128], 4.0);
        assert!(r > 200 && g > 200 && b == 0, "down is yellow: {r} {g} {b}");
        let [r, g, b] = colour([-128, 0], 4.0);
        assert!(r == 0 && g > 100 && b > 200, "left is between cyan and blue: {r} {g} {b}");
        let [r, g, b] = colour([0, -128], 4.0);
        assert!(r > 100 && g == 0 && b > 200, "up is between blue and magenta: {r} {g} {b}");
    }

    #[test]
    fn strays_do_not_stretch_the_reach() {
        let mut vectors = vec![[96, 128]; 1000];
        vectors[3] = [i16::MIN, i16::MIN];
        assert_eq!(reach(&vectors), 5.0);
        assert_eq!((reach(&[[3, 0]; 10]), reach(&[])), (1.0, 1.0));
    }
}
