//! Where objects were over a run, as a picture.

use std::{fs::File, io::BufWriter, path::PathBuf};

use crate::{
    analytics::Heatmap,
    base::geometry::Size,
    meta::Frame,
    pipeline::{PartFile, PipelineError},
};

/// A heat map on its way into a file.
pub struct Heat {
    part: PartFile,
    file: File,
    map: Option<Heatmap>,
}

impl Heat {
    /// A heat map that is written to this file.
    pub fn open(path: PathBuf) -> Result<Self, PipelineError> {
        let (part, file) = PartFile::create("--heatmap", &path, &[])?;
        Ok(Self { part, file, map: None })
    }

    /// Adds where the objects of a frame stand. The picture has the size of the first frame; those of other sizes are
    /// scaled to it.
    pub fn add(&mut self, frame: &Frame) {
        let size = frame.pipeline_size();
        let map = self.map.get_or_insert_with(|| Heatmap::new(size));
        frame.objects().for_each(|object| map.add(&object.rect(), size));
    }

    /// Paints the picture.
    pub fn commit(self) -> Result<(), PipelineError> {
        let Self { part, file, map } = self;
        let map = map.unwrap_or_else(|| Heatmap::new(Size { width: 1, height: 1 }));
        let (Size { width, height }, pixels) = (map.size(), map.paint());
        let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&pixels)?;
            writer.finish()
        });
        written.map_err(|error| part.failed(std::io::Error::from(error)))?;
        part.commit().map(drop)
    }
}
