//! The blue tint of `gpu-edit`, on the GPU.

use super::kernel::{Kernel, Source};
use super::{CudaError, Gpu};
use crate::surface::format::Layout;
use crate::surface::view::ViewMut;
use std::sync::Arc;

const SOURCE: Source = Source { name: "tint", code: include_str!("tint.cu"), ptx: include_str!("tint.ptx") };

/// Halves the red of RGBA pictures on a GPU; bit for bit what [`crate::surface::tint::halve_red`] does.
pub struct Tint(Kernel);

impl Tint {
    /// Compiles and loads the kernel.
    pub fn new(gpu: &Arc<Gpu>) -> Result<Self, CudaError> {
        Kernel::load(gpu, &SOURCE).map(Self)
    }

    /// Loads the kernel from the PTX that is shipped, as [`Self::new`] does where there is no NVRTC.
    pub fn shipped(gpu: &Arc<Gpu>) -> Result<Self, CudaError> {
        Kernel::shipped(gpu, &SOURCE, "as asked for").map(Self)
    }

    /// How the kernel came about: compiled here, or the PTX that was shipped, and why.
    pub fn origin(&self) -> &str {
        self.0.origin()
    }

    /// Edits the picture and waits for it. In place where its memory is CUDA's, else by a copy there and back.
    pub fn apply(&self, view: &mut ViewMut<'_>) -> Result<(), CudaError> {
        let (size, pitch) = (view.size, view.pitch(0));
        if view.format.layout != Layout::Rgba || !pitch.is_multiple_of(4) {
            return Err(CudaError::Layout { kernel: "tint", found: format!("{:?}", view.format.layout) });
        }
        self.0.run(view.plane_mut(0), size, pitch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::cuda::Kind;
    use crate::surface::format::Format;
    use crate::surface::pool::{Place, Pool};
    use crate::surface::tint;
    use crate::surface::{SurfacesMut, error::SurfaceError};

    /// Every pair of neighbouring values, in rows with padding.
    fn fill(view: &mut ViewMut<'_>) {
        for y in 0..view.size.height as usize {
            for (x, byte) in view.row_mut(0, y).iter_mut().enumerate() {
                *byte = (x * 7 + y * 31) as u8;
            }
        }
    }

    fn edited(place: Place, size: Size, edit: impl Fn(&mut ViewMut<'_>)) -> Result<Vec<u8>, SurfaceError> {
        let format = Format::plain(Layout::Rgba);
        let mut buffer = gst::Buffer::new();
        let edges = buffer.make_mut();
        edges.append_memory(Pool::placed(place, format, size, 1).acquire()?);
        let mut surfaces = SurfacesMut::map(edges)?;
        let mut view = surfaces.view_mut(0)?;
        fill(&mut view);
        edit(&mut view);
        Ok((0..size.height as usize).flat_map(|y| view.row_mut(0, y).to_vec()).collect())
    }

    /// `cargo test --lib surface::cuda -- --ignored`
    #[test]
    #[ignore = "needs a GPU"]
    fn the_gpu_does_what_the_host_does() {
        gst::init().unwrap();
        let gpu = Gpu::open(0).unwrap();
        let kernel = Tint::new(&gpu).unwrap();
        eprintln!("{}: {}", gpu.name(), kernel.origin());
        for (width, height) in [(1, 1), (31, 3), (33, 9), (641, 359), (1920, 1080)] {
            let size = Size { width, height };
            let expected = edited(Place::Host, size, |view| tint::halve_red(view).unwrap()).unwrap();
            for place in [Place::Host, Place::cuda(&gpu, Kind::Pinned), Place::cuda(&gpu, Kind::Unified)] {
                let found = edited(place.clone(), size, |view| kernel.apply(view).unwrap()).unwrap();
                assert!(found == expected, "{place:?} {size:?}");
            }
        }
    }

    #[test]
    #[ignore = "needs a GPU"]
    fn the_shipped_ptx_does_the_same() {
        gst::init().unwrap();
        let gpu = Gpu::open(0).unwrap();
        let kernel = Tint::shipped(&gpu).unwrap();
        assert!(kernel.origin().starts_with("shipped PTX"), "{}", kernel.origin());
        let size = Size { width: 641, height: 359 };
        let expected = edited(Place::Host, size, |view| tint::halve_red(view).unwrap()).unwrap();
        assert!(
            edited(Place::cuda(&gpu, Kind::Unified), size, |view| kernel.apply(view).unwrap()).unwrap() == expected
        );
    }

    #[test]
    fn the_shipped_ptx_is_of_this_source() {
        let sum = SOURCE
            .code
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let line = format!("// of tint.cu, FNV-1a {sum:016x}");
        assert_eq!(SOURCE.ptx.lines().next(), Some(line.as_str()), "run scripts/ptx");
    }
}
