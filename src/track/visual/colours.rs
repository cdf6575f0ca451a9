//! Colours by name: how much each of ten basic colours is in a pixel, after the idea of colour names (van de Weijer et al.
//! 2009). The table is our own: distances to the colours' middles, not learnt from pictures.

use std::sync::OnceLock;

/// Colours told apart.
pub const CHANNELS: usize = 10;

/// Y, Cb and Cr of black, gray, white, red, brown, yellow, green, cyan, blue and purple.
const MIDDLES: [[f32; 3]; CHANNELS] = [
    [25.0, 128.0, 128.0],
    [120.0, 128.0, 128.0],
    [230.0, 128.0, 128.0],
    [80.0, 105.0, 210.0],
    [85.0, 100.0, 155.0],
    [190.0, 50.0, 145.0],
    [110.0, 95.0, 80.0],
    [170.0, 160.0, 70.0],
    [70.0, 190.0, 105.0],
    [110.0, 165.0, 170.0],
];
/// How fast a colour fades with distance; chroma counts double.
const SPREAD: f32 = 45.0;
const CHROMA: f32 = 2.0;
/// Steps of each of Y, Cb and Cr in the table.
const STEPS: usize = 16;

/// How much of each colour is in a pixel; together 1.
pub fn names(pixel: [f32; 3]) -> &'static [f32; CHANNELS] {
    static TABLE: OnceLock<Vec<[f32; CHANNELS]>> = OnceLock::new();
    let table = TABLE.get_or_init(|| (0..STEPS * STEPS * STEPS).map(entry).collect());
    let step = |value: f32| (value.clamp(0.0, 255.0) as usize) * STEPS / 256;
    let [y, cb, cr] = pixel.map(step);
    &table[(y * STEPS + cb) * STEPS + cr]
}

fn entry(index: usize) -> [f32; CHANNELS] {
    let middle = |step: usize| (step as f32 + 0.5) * 256.0 / STEPS as f32;
    let pixel = [middle(index / STEPS / STEPS), middle(index / STEPS % STEPS), middle(index % STEPS)];
    let near = MIDDLES.map(|colour| {
        let off = |at: usize| pixel[at] - colour[at];
        let distance = off(0).powi(2) + CHROMA * CHROMA * (off(1).powi(2) + off(2).powi(2));
        (-distance / (2.0 * SPREAD * SPREAD)).exp() + f32::MIN_POSITIVE
    });
    let sum: f32 = near.iter().sum();
    near.map(|value| value / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_colour_is_most_of_itself_and_all_are_one() {
        for (index, colour) in MIDDLES.into_iter().enumerate() {
            let shares = names(colour);
            let most = (0..CHANNELS).max_by(|&a, &b| shares[a].total_cmp(&shares[b]));
            assert_eq!(most, Some(index));
            assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        }
        assert!(names([-9.0, 900.0, f32::NAN]).iter().all(|share| share.is_finite()));
    }
}
