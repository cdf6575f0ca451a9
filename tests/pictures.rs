//! Pixels in probes: what is written goes downstream, what others look at stays, boxes are clipped, JPEGs come out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::encode::EncodedImage;
use ds_apps::pipeline::{
    After, Before, Flow, Lines, Outcome, Output, Picture, PictureError, Pipeline, PipelineError, Redaction, Settings,
    image::StreamFolders,
};
use ds_apps::surface::SurfaceError;
use ds_apps::surface::format::Layout;

fn black(frames: u32) -> Pipeline {
    Pipeline::new("t").sources([format!("test:black?size=64x48&frames={frames}")]).batch(None)
}

fn run(pipeline: Pipeline) -> Result<Outcome, PipelineError> {
    pipeline.run(&Settings { lines: Lines::Silent, ..Settings::default() })
}

/// What a probe behind everything else saw of each frame.
fn seen<T: Send + 'static>(
    pipeline: Pipeline,
    look: impl Fn(&Picture<'_>) -> Result<T, PictureError> + Send + 'static,
) -> Vec<T> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let own = seen.clone();
    let pipeline = pipeline.element("queue", "last", &[]).pictures(After("last"), move |picture| {
        own.lock().unwrap().push(look(picture)?);
        Ok::<_, PictureError>(Flow::Continue)
    });
    run(pipeline.sink(&Output::None)).unwrap();
    std::mem::take(&mut *seen.lock().unwrap())
}

#[test]
fn an_edit_in_the_surfaces_own_format_is_seen_downstream() {
    let pipeline = black(3).pictures(After("mux"), |picture| {
        let number = picture.frame_num() as u8;
        let mut image = picture.image_mut()?;
        image.plane_array_mut(0)?.slice_mut(ndarray::s![10..20, 8..]).fill(100 + number);
        Ok::<_, PictureError>(Flow::Continue)
    });
    let lumas = seen(pipeline, |picture| {
        let luma = picture.image()?.plane_array(0)?;
        Ok([luma[[9, 8]], luma[[10, 7]], luma[[10, 8]], luma[[19, 63]]])
    });
    assert_eq!(lumas, (0..3).map(|n| [16, 16, 100 + n, 100 + n]).collect::<Vec<_>>());
}

#[test]
fn rgba_pictures_are_arrays_of_rows_columns_and_channels() {
    let pipeline = black(2).rgba().pictures(Before("last"), |picture| {
        picture.image_mut()?.array_mut()?.slice_mut(ndarray::s![0..8, .., 0]).fill(255);
        Ok::<_, PictureError>(Flow::Continue)
    });
    let pixels = seen(pipeline, |picture| {
        let array = picture.image()?.array()?;
        Ok((array.dim(), array[[7, 63, 0]], array[[8, 63, 0]], array[[0, 0, 3]]))
    });
    assert_eq!(pixels, [((48, 64, 4), 255, 0, 255); 2]);
}

#[test]
fn rgba_edits_of_other_formats_are_converted_back() {
    let pipeline = black(1).pictures(After("mux"), |picture| {
        assert_ne!(picture.image()?.format.layout, Layout::Rgba);
        picture.edit_rgba(|image| {
            use opencv::{core, imgproc};
            let (place, white) = (core::Rect::new(16, 16, 16, 16), core::Scalar::all(255.0));
            imgproc::rectangle(&mut image.mat_mut(0)?, place, white, imgproc::FILLED, imgproc::LINE_8, 0)?;
            Ok::<_, PictureError>(Flow::Continue)
        })
    });
    let lumas = seen(pipeline, |picture| {
        let luma = picture.image()?.plane_array(0)?;
        Ok((luma[[24, 24]], luma[[24, 40]], luma[[4, 24]]))
    });
    assert_eq!(lumas, [(235, 16, 16)]);
}

#[test]
fn reading_moves_no_pixels() {
    let first = Arc::new(Mutex::new(Vec::new()));
    let own = first.clone();
    let pipeline = black(4).pictures(After("mux"), move |picture| {
        own.lock().unwrap().push(picture.image()?.plane(0).as_ptr() as usize);
        Ok::<_, PictureError>(Flow::Continue)
    });
    let second = seen(pipeline, |picture| Ok(picture.image()?.plane(0).as_ptr() as usize));
    assert_eq!(*first.lock().unwrap(), second);
}

#[test]
fn boxes_are_clipped_to_the_frame() {
    let crops = seen(black(1), |picture| {
        let at = |left, top, width, height| Rect { left, top, width, height };
        let size = |rect| Ok::<_, PictureError>(picture.crop(&rect)?.map(|view| view.size));
        Ok([
            size(at(10.0, 10.0, 20.0, 10.0))?,
            size(at(-10.0, -10.0, 20.0, 20.0))?,
            size(at(60.0, 40.0, 1e9, 1e9))?,
            size(at(64.0, 0.0, 5.0, 5.0))?,
            size(at(3.0, 3.0, 0.0, 0.0))?,
            size(at(f32::NAN, 3.0, 5.0, 5.0))?,
        ])
    });
    let size = |width, height| Some(Size { width, height });
    assert_eq!(crops[0], [size(20, 10), size(10, 10), size(4, 8), None, None, None]);
}

#[test]
fn a_box_is_covered_for_everyone_behind() {
    let rect = Rect { left: 20.0, top: 10.0, width: 16.0, height: 16.0 };
    let pipeline = Pipeline::new("t").sources(["test:snow?size=64x48&frames=2"]).batch(None);
    let pipeline = pipeline.pictures(After("mux"), move |picture| {
        assert!(picture.redact(&rect, Redaction::Fill)?);
        assert!(!picture.redact(&Rect { left: 99.0, ..rect }, Redaction::Fill)?);
        Ok::<_, PictureError>(Flow::Continue)
    });
    let lumas = seen(pipeline, move |picture| {
        let inside: Vec<u8> = picture.crop(&rect)?.unwrap().plane_array(0)?.iter().copied().collect();
        let outside = picture.image()?.plane_array(0)?.slice(ndarray::s![30.., ..]).iter().copied().max();
        Ok((inside.iter().all(|luma| *luma == 16), outside > Some(100)))
    });
    assert_eq!(lumas, [(true, true); 2]);
}

#[test]
fn jpegs_of_objects_travel_with_them_as_deepstreams_encoder_attaches_them() {
    let pipeline = black(1).pictures(After("mux"), |picture| {
        let object = picture.add_object();
        object.set_rect(Rect { left: 40.0, top: 8.0, width: 40.0, height: 16.0 });
        let key = object.key();
        assert!(picture.attach_jpeg(Some(key), 80)?);
        assert!(picture.attach_jpeg(None, 80)?);
        Ok::<_, PictureError>(Flow::Continue)
    });
    let found = seen(pipeline, |picture| {
        let size = |bytes: &[u8]| {
            assert_eq!((&bytes[..2], &bytes[bytes.len() - 2..]), (&[0xff, 0xd8][..], &[0xff, 0xd9][..]));
            // Height and width follow the precision in the frame header (SOF0).
            let at = bytes.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap() + 5;
            (u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]), u16::from_be_bytes([bytes[at], bytes[at + 1]]))
        };
        let object = picture.objects().next().unwrap();
        let kinds: Vec<i32> = object.user_metas().map(|meta| meta.meta_type()).collect();
        let of_object = size(EncodedImage::find(object.user_metas()).unwrap().bytes());
        Ok((kinds, of_object, size(EncodedImage::find(picture.user_metas()).unwrap().bytes())))
    });
    // The object reaches 16 pixels over the edge.
    assert_eq!(found, [(vec![14], (24, 16), (64, 48))]);
}

#[test]
fn hashes_tell_pictures_apart() {
    let hash = |pattern: &str| {
        let pipeline = Pipeline::new("t").sources([format!("test:{pattern}?size=320x240&frames=1")]).batch(None);
        seen(pipeline, |picture| picture.hash(None))[0].unwrap()
    };
    let (bars, ball) = (hash("smpte"), hash("circular"));
    assert_eq!(bars, hash("smpte"));
    assert!(ds_apps::surface::hash::distance(bars, ball) > 8, "{bars:x} {ball:x}");
    let nowhere = Rect { left: 500.0, top: 0.0, width: 5.0, height: 5.0 };
    assert_eq!(seen(black(1), move |picture| picture.hash(Some(&nowhere))), [None]);
}

#[test]
fn a_probe_that_fails_ends_the_run_and_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let output: Output = dir.path().join("out.mp4").to_str().unwrap().parse().unwrap();
    let pipeline = black(9).osd().pictures(Before("osd"), |picture| match picture.frame_num() {
        3 => Err(PictureError::from(SurfaceError::Plane { plane: 7, planes: 2 })),
        _ => Ok(Flow::Continue),
    });
    let error = run(pipeline.sink(&output)).unwrap_err();
    assert_eq!(error.to_string(), "osd: the probe before `osd`: plane 7 of a picture of 2 was asked for");
    assert_eq!(dir.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_full_disk_is_said_with_the_name_of_the_picture() {
    let dir = tempfile::tempdir().unwrap();
    let folders = StreamFolders::new(&dir.path().join("out"), 1).unwrap();
    let path = folders.of(0).unwrap().join("frame_0.jpg");
    // A device that is always full stands where the picture is written before it gets its name.
    std::os::unix::fs::symlink("/dev/full", format!("{}.part", path.display())).unwrap();
    let (name, shown) = (path.clone(), path.display().to_string());
    let pipeline =
        black(2).pictures(After("mux"), move |picture| picture.save_jpeg(&name, None, 90).map(|()| Flow::Continue));
    let error = run(pipeline.sink(&Output::None)).unwrap_err().to_string();
    assert!(error.contains(&format!("cannot write {shown}: No space left on device")), "{error}");
    assert_eq!(path.parent().unwrap().read_dir().unwrap().count(), 0);
    // An empty folder can be used again; pictures of two runs are not mixed.
    StreamFolders::new(&dir.path().join("out"), 1).unwrap();
    std::fs::write(&path, "a picture").unwrap();
    assert!(StreamFolders::new(&dir.path().join("out"), 1).is_err());
}

#[test]
fn behind_a_demuxer_every_stream_has_its_own_pixels() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let own = seen.clone();
    let inputs = ["test:black?size=64x48&frames=2", "test:white?size=32x32&frames=2"];
    let pipeline = Pipeline::new("t").sources(inputs).batch(None).pictures(After("mux"), |picture| {
        // Each stream's own pixels also in the batch they share.
        if picture.source_id() == 1 {
            picture.image_mut()?.plane_array_mut(0)?.fill(77);
        }
        Ok::<_, PictureError>(Flow::Continue)
    });
    let pipeline = pipeline.demux().element("queue", "q", &[]).pictures(After("q_1"), move |picture| {
        let image = picture.image()?;
        own.lock().unwrap().push((picture.batch_id(), image.size, image.plane_array(0)?[[31, 31]]));
        Ok::<_, PictureError>(Flow::Continue)
    });
    let pipeline = pipeline.pictures(After("q_0"), |picture| {
        assert_eq!(picture.image()?.plane_array(0)?[[0, 0]], 16);
        Ok::<_, PictureError>(Flow::Continue)
    });
    run(pipeline.sink(&Output::None)).unwrap();
    assert_eq!(*seen.lock().unwrap(), [(0, Size { width: 32, height: 32 }, 77); 2]);
}

#[test]
fn behind_a_tiler_there_is_one_picture_of_all() {
    let inputs = ["test:white?size=64x48&frames=1", "test:white?size=64x48&frames=1"];
    let pipeline = Pipeline::new("t").sources(inputs).batch(None).tile();
    let sizes = seen(pipeline, |picture| picture.image().map(|image| image.size));
    assert!(!sizes.is_empty() && sizes.iter().all(|size| *size == Size { width: 1280, height: 360 }), "{sizes:?}");
}
