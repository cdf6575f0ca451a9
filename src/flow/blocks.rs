//! Motion of pixels as motion of blocks.

use crate::base::flow::to_fixed;
use crate::base::geometry::Size;

/// Width and height of a block in pixels.
pub const SIDE: u32 = 4;

/// How many blocks cover a picture; those at the right and lower edge may be cut.
pub fn grid(size: Size) -> Size {
    Size { width: size.width.div_ceil(SIDE), height: size.height.div_ceil(SIDE) }
}

/// The mean motion of each block of a picture of `size`, as vectors in fixed point, row by row into `vectors`. `flow` has
/// a motion for every pixel, row by row, which `read` gives in pixels; nothing happens where it is too short.
pub fn average<T: Copy>(flow: &[T], size: Size, read: impl Fn(T) -> [f32; 2], vectors: &mut Vec<[i16; 2]>) {
    vectors.clear();
    let (width, height, side) = (size.width as usize, size.height as usize, SIDE as usize);
    if width == 0 || flow.len() < width * height {
        return;
    }
    vectors.reserve(grid(size).width as usize * grid(size).height as usize);
    let mut sums = vec![([0.0f32; 2], 0.0f32); grid(size).width as usize];
    for rows in flow[..width * height].chunks(width * side) {
        sums.fill(([0.0; 2], 0.0));
        for row in rows.chunks_exact(width) {
            for ((sum, count), block) in sums.iter_mut().zip(row.chunks(side)) {
                for motion in block {
                    let [x, y] = read(*motion);
                    sum[0] += x;
                    sum[1] += y;
                }
                *count += block.len() as f32;
            }
        }
        vectors.extend(sums.iter().map(|(sum, count)| to_fixed(sum.map(|part| part / count))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_the_mean_of_its_pixels() {
        let size = Size { width: 8, height: 4 };
        let mut flow = [[1.0, -2.0]; 32];
        flow[0] = [17.0, -2.0];
        let mut vectors = vec![[9, 9]];
        average(&flow, size, |motion| motion, &mut vectors);
        assert_eq!(vectors, [[64, -64], [32, -64]]);
    }

    #[test]
    fn blocks_at_the_edge_are_cut() {
        let size = Size { width: 5, height: 6 };
        assert_eq!(grid(size), Size { width: 2, height: 2 });
        let flow: Vec<[f32; 2]> = (0..30).map(|at| [(at % 5) as f32, (at / 5) as f32]).collect();
        let mut vectors = Vec::new();
        average(&flow, size, |motion| motion, &mut vectors);
        assert_eq!(vectors, [[48, 48], [128, 48], [48, 144], [128, 144]]);
        average(&flow[..29], size, |motion| motion, &mut vectors);
        assert!(vectors.is_empty());
    }
}
