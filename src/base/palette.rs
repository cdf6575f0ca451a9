//! Colours of classes.

/// Red, green and blue of a class. Neighbours differ in hue and lightness, so that they can be told apart without colour
/// vision too; the colours begin again after the last.
const PALETTE: [[u8; 3]; 12] = [
    [128, 64, 128],
    [30, 110, 220],
    [230, 60, 50],
    [70, 80, 90],
    [240, 200, 40],
    [40, 160, 90],
    [250, 140, 30],
    [150, 220, 240],
    [170, 40, 150],
    [120, 90, 40],
    [180, 230, 120],
    [240, 170, 200],
];

/// The colour of a class; `None` for -1, no class.
pub fn colour(class: i32) -> Option<[u8; 3]> {
    usize::try_from(class).ok().map(|class| PALETTE[class % PALETTE.len()])
}
