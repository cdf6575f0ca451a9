//! Surfaces over real buffers: nothing is copied where nothing has to be, shared pixels are never written, nothing leaks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::Size;
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, PoolCache, SurfaceError, Surfaces, SurfacesMut, caps, ffi, memory, values};
use gst::prelude::*;
use gst_video::{VideoFormat, VideoFrameFlags, VideoInfo, VideoMeta};

const FORMATS: [VideoFormat; 6] = caps::FORMATS;

fn init() {
    gst::init().unwrap();
}

fn info(format: VideoFormat, width: u32, height: u32) -> VideoInfo {
    VideoInfo::builder(format, width, height).build().unwrap()
}

/// A tightly packed frame whose bytes count up.
fn frame(info: &VideoInfo) -> gst::Buffer {
    let mut buffer = gst::Buffer::with_size(info.size()).unwrap();
    let mut map = buffer.get_mut().unwrap().map_writable().unwrap();
    map.iter_mut().enumerate().for_each(|(i, byte)| *byte = (i % 251) as u8);
    drop(map);
    buffer
}

fn address(buffer: &gst::BufferRef) -> *const u8 {
    buffer.map_readable().unwrap().as_ptr()
}

fn in_buffer(memory: gst::Memory) -> gst::Buffer {
    let mut buffer = gst::Buffer::new();
    buffer.get_mut().unwrap().append_memory(memory);
    buffer
}

/// The struct a C program sees when it maps the buffer.
fn mapped(buffer: &gst::Buffer) -> (ffi::NvBufSurface, Vec<ffi::NvBufSurfaceParams>) {
    let map = buffer.map_readable().unwrap();
    assert_eq!(map.len(), 72);
    // SAFETY: NVMM memory maps to an NvBufSurface whose list has `numFilled` entries.
    unsafe {
        let surface = *map.as_ptr().cast::<ffi::NvBufSurface>();
        let list = std::slice::from_raw_parts(surface.surfaceList, surface.numFilled as usize);
        (surface, list.to_vec())
    }
}

#[test]
fn wrapping_refers_to_the_frame_in_every_format_and_odd_size() {
    init();
    for format in FORMATS {
        for (width, height) in [(1, 1), (2, 2), (641, 359), (64, 3)] {
            let info = info(format, width, height);
            let plain = frame(&info);
            let start = address(&plain);
            let bytes = plain.map_readable().unwrap().to_vec();
            let buffer = in_buffer(memory::wrap(plain, &info).unwrap());
            let (surface, list) = mapped(&buffer);
            assert_eq!((surface.batchSize, surface.numFilled, surface.memType), (1, 1, values::NVBUF_MEM_SYSTEM));
            assert_eq!((list[0].width, list[0].height, list[0].dataPtr.cast_const().cast()), (width, height, start));
            let surfaces = Surfaces::map(&buffer).unwrap();
            let view = surfaces.view(0).unwrap();
            for plane in 0..view.format.layout.planes() {
                let offset = info.offset()[plane];
                assert_eq!(view.plane(plane).as_ptr() as usize, start as usize + offset);
                assert_eq!(view.row(plane, 0), &bytes[offset..][..view.row(plane, 0).len()], "{format:?}");
            }
        }
    }
}

#[test]
fn strides_and_offsets_of_the_video_meta_count() {
    init();
    let info = info(VideoFormat::I420, 5, 3);
    let mut plain = gst::Buffer::from_mut_slice(vec![0u8; 1000]);
    let (offsets, strides) = ([100, 400, 600], [40, 16, 24]);
    let target = plain.get_mut().unwrap();
    VideoMeta::add_full(target, VideoFrameFlags::empty(), VideoFormat::I420, 5, 3, &offsets, &strides).unwrap();
    target.map_writable().unwrap()[600 + 24 + 2] = 77;
    let start = address(&plain);
    let buffer = in_buffer(memory::wrap(plain, &info).unwrap());
    let (_, list) = mapped(&buffer);
    assert_eq!(list[0].dataPtr as usize, start as usize + 100);
    assert_eq!(list[0].planeParams.offset[..3], [0, 300, 500]);
    assert_eq!(list[0].planeParams.pitch[..3], [40, 16, 24]);
    assert_eq!(Surfaces::map(&buffer).unwrap().view(0).unwrap().row(2, 1), [0, 0, 77]);
}

#[test]
fn rows_upside_down_are_copied() {
    init();
    let info = info(VideoFormat::Gray8, 4, 3);
    let mut plain = gst::Buffer::from_mut_slice((0u8..12).collect::<Vec<_>>());
    let target = plain.get_mut().unwrap();
    VideoMeta::add_full(target, VideoFrameFlags::empty(), VideoFormat::Gray8, 4, 3, &[8], &[-4]).unwrap();
    let buffer = in_buffer(memory::wrap(plain, &info).unwrap());
    let surfaces = Surfaces::map(&buffer).unwrap();
    let view = surfaces.view(0).unwrap();
    assert_eq!([view.row(0, 0), view.row(0, 1), view.row(0, 2)], [[8, 9, 10, 11], [4, 5, 6, 7], [0, 1, 2, 3]]);
}

#[test]
fn a_frame_smaller_than_its_caps_or_with_a_lying_meta_is_refused() {
    init();
    let described = info(VideoFormat::Rgba, 16, 16);
    let short = memory::wrap(gst::Buffer::with_size(100).unwrap(), &described);
    assert!(matches!(short, Err(SurfaceError::Map(_))));
    let mut lying = gst::Buffer::with_size(described.size()).unwrap();
    let target = lying.get_mut().unwrap();
    VideoMeta::add_full(target, VideoFrameFlags::empty(), VideoFormat::Rgba, 16, 16, &[0], &[1000]).unwrap();
    assert!(matches!(memory::wrap(lying, &described), Err(SurfaceError::Map(_))));
    let odd = info(VideoFormat::Y42b, 16, 16);
    assert_eq!(memory::wrap(frame(&odd), &odd).err(), Some(SurfaceError::VideoFormat("Y42B".into())));
}

#[test]
fn planes_in_separate_memories_stay_separate_and_unwrap_again() {
    init();
    let info = info(VideoFormat::I420, 16, 4);
    let mut plain = gst::Buffer::new();
    let target = plain.get_mut().unwrap();
    // One allocation cut in three keeps the planes in ascending order, as dav1d's pictures are.
    let whole = gst::Memory::from_slice((0u8..96).collect::<Vec<_>>());
    for range in [0..64, 64..80, 80..96] {
        target.append_memory(whole.share(range));
    }
    VideoMeta::add_full(target, VideoFrameFlags::empty(), VideoFormat::I420, 16, 4, &[0, 64, 80], &[16, 8, 8]).unwrap();
    let buffer = in_buffer(memory::wrap(plain, &info).unwrap());
    let (plain, info) = memory::unwrap(&buffer, 0).unwrap();
    assert_eq!(plain.n_memory(), 3);
    let frame = gst_video::VideoFrame::from_buffer_readable(plain, &info).unwrap();
    assert_eq!(frame.plane_data(2).unwrap()[0], 80);
    assert_eq!(frame.plane_data(0).unwrap()[63], 63);
}

#[test]
fn unwrapping_gives_the_same_pixels_back_and_keeps_them_alive() {
    init();
    for format in FORMATS {
        let info = info(format, 641, 359);
        let plain = frame(&info);
        let (start, bytes) = (address(&plain), plain.map_readable().unwrap().to_vec());
        let mut buffer = in_buffer(memory::wrap(plain, &info).unwrap());
        buffer.get_mut().unwrap().set_pts(gst::ClockTime::from_mseconds(40));
        let (again, described) = memory::unwrap(&buffer, 0).unwrap();
        drop(buffer);
        assert_eq!((described.format(), described.width(), described.height()), (format, 641, 359));
        assert_eq!(again.pts(), Some(gst::ClockTime::from_mseconds(40)));
        assert_eq!(address(&again), start);
        let map = again.map_readable().unwrap();
        assert_eq!(map.as_slice(), &bytes[..map.len()], "{format:?}");
        let meta = again.meta::<VideoMeta>().unwrap();
        assert_eq!(meta.stride(), &info.stride()[..info.n_planes() as usize]);
    }
}

#[test]
fn a_batch_shows_its_inputs_and_outlives_them() {
    init();
    let small = info(VideoFormat::Nv12, 16, 16);
    let large = info(VideoFormat::Rgba, 33, 17);
    let (a, b) = (frame(&small), frame(&large));
    let starts = [address(&a), address(&b)];
    let inputs = [memory::wrap(a, &small).unwrap(), memory::wrap(b, &large).unwrap()];
    let buffer = in_buffer(memory::batch_of(&inputs, 4).unwrap());
    drop(inputs);
    let (surface, list) = mapped(&buffer);
    assert_eq!((surface.batchSize, surface.numFilled), (4, 2));
    assert_eq!([list[0].dataPtr.cast_const().cast(), list[1].dataPtr.cast_const().cast()], starts);
    let surfaces = Surfaces::map(&buffer).unwrap();
    assert_eq!(surfaces.view(1).unwrap().size, Size { width: 33, height: 17 });
    assert_eq!(surfaces.view(2).err(), Some(SurfaceError::Index { index: 2, count: 2 }));
    assert!(matches!(memory::batch(&[]), Err(SurfaceError::Empty)));
}

#[test]
fn pixels_are_written_only_by_their_single_owner() {
    init();
    let info = info(VideoFormat::Rgba, 8, 8);
    let plain = frame(&info);
    let held_by_decoder = plain.clone();
    let start = address(&plain);
    let pools = PoolCache::default();
    let mut buffer = in_buffer(memory::batch(&[memory::wrap(plain, &info).unwrap()]).unwrap());
    let shared = SurfacesMut::map(buffer.get_mut().unwrap()).unwrap().view_mut(0).err();
    assert_eq!(shared, Some(SurfaceError::ReadOnly(0)));
    assert!(buffer.get_mut().unwrap().map_writable().is_ok(), "GStreamer copies where it may not write");
    assert_ne!(mapped(&buffer).1[0].dataPtr.cast_const().cast(), start);

    let mut buffer = in_buffer(memory::wrap(held_by_decoder.clone(), &info).unwrap());
    assert_eq!(pools.make_writable(buffer.get_mut().unwrap()), Ok(true));
    assert_eq!(pools.make_writable(buffer.get_mut().unwrap()), Ok(false));
    let mut surfaces = SurfacesMut::map(buffer.get_mut().unwrap()).unwrap();
    surfaces.view_mut(0).unwrap().row_mut(0, 0)[0] = 200;
    assert_eq!(surfaces.view(0).unwrap().row(0, 0)[..2], [200, 1]);
    assert_eq!(held_by_decoder.map_readable().unwrap()[0], 0, "the decoder's picture is untouched");

    let mut alone = in_buffer(memory::wrap(frame(&info), &info).unwrap());
    assert!(SurfacesMut::map(alone.get_mut().unwrap()).unwrap().view_mut(0).is_ok(), "nobody else has this frame");
    let unwrapped = memory::unwrap(&alone, 0).unwrap();
    assert!(SurfacesMut::map(alone.get_mut().unwrap()).unwrap().view_mut(0).is_err());
    drop(unwrapped);
    assert!(SurfacesMut::map(alone.get_mut().unwrap()).unwrap().view_mut(0).is_ok());
}

#[test]
fn one_surface_of_a_batch_can_be_copied_alone() {
    init();
    let info = info(VideoFormat::Nv12, 8, 8);
    let frames: Vec<_> = (0..3).map(|_| frame(&info)).collect();
    let inputs: Vec<_> = frames.iter().map(|frame| memory::wrap(frame.clone(), &info).unwrap()).collect();
    let mut buffer = in_buffer(memory::batch_of(&inputs, 3).unwrap());
    drop(inputs);
    let pools = PoolCache::default();
    assert_eq!(pools.make_surface_writable(buffer.get_mut().unwrap(), 1), Ok(true));
    let mut surfaces = SurfacesMut::map(buffer.get_mut().unwrap()).unwrap();
    assert!(surfaces.view_mut(1).is_ok());
    assert_eq!(surfaces.view_mut(0).err(), Some(SurfaceError::ReadOnly(0)));
    let (surface, list) = mapped(&buffer);
    assert_eq!((surface.batchSize, surface.numFilled), (3, 3));
    for (i, frame) in frames.iter().enumerate() {
        assert_eq!(list[i].dataPtr.cast_const().cast() == address(frame), i != 1);
    }
}

#[test]
fn a_pool_hands_the_same_memory_out_again() {
    init();
    let pool = Pool::new(Format::plain(Layout::Nv12), Size { width: 33, height: 5 }, 2);
    let first = in_buffer(pool.acquire().unwrap());
    let (surface, list) = mapped(&first);
    assert_eq!((surface.numFilled, surface.isContiguous, list[1].pitch), (2, true, 64));
    assert_eq!(list[1].dataPtr as usize % 64, 0);
    drop(first);
    let again = in_buffer(pool.acquire().unwrap());
    assert_eq!(mapped(&again).1[0].dataPtr, list[0].dataPtr);
    drop(pool);
    drop(again);
    let impossible = Pool::new(Format::plain(Layout::Rgba), Size { width: u32::MAX, height: 9 }, 1);
    assert!(matches!(impossible.acquire(), Err(SurfaceError::Allocate { .. })));
}

#[test]
fn foreign_memory_is_not_taken_for_a_surface() {
    init();
    let plain = gst::Buffer::with_size(72).unwrap();
    assert!(matches!(Surfaces::map(&plain), Err(SurfaceError::NotSurface(_))));
    assert!(matches!(Surfaces::map(&gst::Buffer::new()), Err(SurfaceError::NotSurface(_))));
}

#[test]
fn frames_return_to_their_pool_and_threads_may_share() {
    init();
    let info = info(VideoFormat::Nv12, 64, 64);
    let pool = gst_video::VideoBufferPool::new();
    let mut config = pool.config();
    config.set_params(Some(&info.to_caps().unwrap()), info.size() as u32, 1, 1);
    pool.set_config(config).unwrap();
    pool.set_active(true).unwrap();
    let mut start = None;
    for _ in 0..100 {
        let frame = pool.acquire_buffer(None).unwrap();
        let at = address(&frame);
        assert_eq!(*start.get_or_insert(at), at, "the only buffer of the pool comes back");
        let buffer = in_buffer(memory::batch(&[memory::wrap(frame, &info).unwrap()]).unwrap());
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let buffer = buffer.clone();
                std::thread::spawn(move || memory::unwrap(&buffer, 0).unwrap().0.size())
            })
            .collect();
        threads.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), info.size()));
    }
    pool.set_active(false).unwrap();
}
