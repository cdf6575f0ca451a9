//! `nvdsanalytics`: what it says of objects and frames, what it draws, and that it follows its file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::event::{self, SourceEvent};
use ds_apps::meta::{self, Batch, Frame, OwnedBatch, TextStyle, user_meta_type};
use ds_apps::surface::Pool;
use ds_apps::surface::format::{Format, Layout};
use gst::prelude::*;
use gst_check::Harness;

const SIZE: Size = Size { width: 640, height: 480 };
/// Written for a frame of twice the size.
const RULES: &str = "\
[property]
enable=1
config-width=1280
config-height=960
[roi-filtering-stream-0]
enable=1
roi-RF=400;200;800;200;800;600;400;600
class-id=0
[overcrowding-stream-1]
enable=1
roi-OC=0;0;1280;0;1280;960;0;960
object-threshold=2
[line-crossing-stream-0]
enable=1
line-crossing-Exit=640;200;640;800;200;480;1080;480
extended=0
[direction-detection-stream-0]
enable=1
direction-South=640;200;640;800
";

struct Run {
    harness: Harness,
    element: gst::Element,
    folder: tempfile::TempDir,
    number: i32,
}

/// Identity, class and where the middle of the lower edge is.
type Seen = (u64, i32, f32, f32);

impl Run {
    fn new(rules: &str) -> Self {
        gst::init().unwrap();
        ds_apps::elements::register_all(None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rules.txt"), rules).unwrap();
        let element = gst::ElementFactory::make("nvdsanalytics").build().unwrap();
        element.set_property("config-file", folder.path().join("rules.txt").to_str().unwrap());
        let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
        harness.set_src_caps_str("video/x-raw(memory:NVMM), format=I420, width=640, height=480, framerate=30/1");
        Self { harness, element, folder, number: 0 }
    }

    fn write(&self, rules: &str) {
        std::fs::write(self.folder.path().join("rules.txt"), rules).unwrap();
    }

    /// Pushes one frame a source; objects are id, class and where they stand.
    fn push(&mut self, sources: &[(u32, &[Seen])]) -> gst::Buffer {
        let pool = Pool::new(Format::plain(Layout::I420), SIZE, sources.len() as u32);
        let mut buffer = gst::Buffer::new();
        let inner = buffer.get_mut().unwrap();
        inner.append_memory(pool.acquire().unwrap());
        let mut batch = OwnedBatch::new(sources.len() as u32);
        for (place, (source, seen)) in (0..).zip(sources) {
            let frame = batch.add_frame();
            frame.set_pad_index(*source);
            frame.set_source_id(*source);
            frame.set_batch_id(place);
            frame.set_frame_num(self.number);
            frame.set_buf_pts(self.number as u64 * 33_333_333);
            for &(id, class, x, y) in *seen {
                let object = frame.add_object();
                object.set_object_id(Some(id));
                object.set_class_id(class);
                object.set_rect(Rect { left: x - 10.0, top: y - 40.0, width: 20.0, height: 40.0 });
                object.set_text("car", TextStyle::default());
                object.set_border_colour([1.0, 0.0, 0.0, 1.0]);
            }
        }
        meta::attach(inner, batch);
        self.number += 1;
        self.harness.push_and_pull(buffer).unwrap()
    }

    /// Walks an object of stream 0 over the line; answers the last buffer.
    fn walk(&mut self, id: u64) -> gst::Buffer {
        let mut last = None;
        for n in 0..40 {
            last = Some(self.push(&[(0, &[(id, 0, 320.0, 180.0 + 3.0 * n as f32)])]));
        }
        last.unwrap()
    }

    fn warnings(&self) -> Vec<String> {
        let bus = self.element.bus().unwrap();
        std::iter::from_fn(|| bus.pop())
            .filter_map(|message| match message.view() {
                gst::MessageView::Warning(warning) => Some(warning.error().to_string()),
                _ => None,
            })
            .collect()
    }
}

fn frame(buffer: &gst::BufferRef, place: usize) -> &Frame {
    Batch::of(buffer).unwrap().frames().nth(place).unwrap()
}

fn crossed(buffer: &gst::BufferRef, label: &str) -> Option<u64> {
    frame(buffer, 0).analytics().unwrap().crossed.get(label).copied()
}

#[test]
fn properties_are_deepstreams() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let element = gst::ElementFactory::make("nvdsanalytics").build().unwrap();
    assert_eq!(element.property::<u32>("unique-id"), 17);
    assert!(element.property::<bool>("enable"));
    assert_eq!(element.property::<Option<String>>("config-file"), None);
    assert_eq!(element.type_().name(), "GstNvDsAnalytics");
}

#[test]
fn objects_and_frames_are_told_what_they_do() {
    let mut run = Run::new(RULES);
    let mut crossings = Vec::new();
    for n in 0..40 {
        let out = run.push(&[(0, &[(5, 0, 320.0, 180.0 + 3.0 * n as f32), (6, 1, 300.0, 200.0)])]);
        let frame = frame(&out, 0);
        let known = frame.analytics().unwrap();
        assert_eq!((known.unique_id, known.classes.len()), (17, 2));
        let walker = frame.objects().find(|object| object.object_id() == Some(5)).unwrap().analytics();
        let inside = 180.0 + 3.0 * (n as f32) < 300.0;
        assert_eq!(known.in_region["RF"], u32::from(inside), "frame {n}");
        let lines = walker.as_ref().map(|known| known.lines.clone()).unwrap_or_default();
        assert_eq!(known.crossed_now["Exit"], lines.len() as u64);
        crossings.extend(lines);
        if n == 39 {
            let walker = walker.unwrap();
            assert_eq!((walker.direction.as_str(), walker.status.as_str()), (" DIR:South ", " ROI:RF DIR:South "));
            assert_eq!(known.crossed["Exit"], 1);
        }
    }
    assert_eq!(crossings, ["Exit"]);
}

#[test]
fn metadata_is_found_by_pydss_names() {
    let mut run = Run::new(RULES);
    let out = run.push(&[(0, &[(5, 0, 320.0, 180.0)])]);
    let frame = frame(&out, 0);
    let kinds: Vec<_> = frame.user_metas().map(|meta| meta.meta_type()).collect();
    assert_eq!(kinds, [user_meta_type("NVIDIA.DSANALYTICSFRAME.USER_META")]);
    let object = frame.objects().next().unwrap();
    let kinds: Vec<_> = object.user_metas().map(|meta| meta.meta_type()).collect();
    assert_eq!(kinds, [user_meta_type("NVIDIA.DSANALYTICSOBJ.USER_META")]);
    // A copy of the buffer has copies.
    let copy = out.copy_deep().unwrap();
    drop(out);
    assert_eq!(Batch::of(&copy).unwrap().frames().next().unwrap().analytics().unwrap().in_region["RF"], 1);
}

#[test]
fn the_trace_shows_it() {
    let mut run = Run::new(RULES);
    let out = run.push(&[(0, &[(5, 0, 320.0, 180.0)])]);
    let trace = serde_json::to_value(meta::trace::FrameTrace::of(frame(&out, 0))).unwrap();
    let user = &trace["user"][0];
    assert_eq!(user["type"], "NVIDIA.DSANALYTICSFRAME.USER_META");
    assert_eq!((&user["data"]["in_region"]["RF"], &user["data"]["crossed"]["Exit"]), (&1.into(), &0.into()));
    let user = &trace["objects"][0]["user"][0];
    assert_eq!(user["type"], "NVIDIA.DSANALYTICSOBJ.USER_META");
    assert_eq!(user["data"]["regions"], serde_json::json!(["RF"]));
}

#[test]
fn streams_have_rules_and_totals_of_their_own() {
    let mut run = Run::new(RULES);
    let pair: &[(u64, i32, f32, f32)] = &[(1, 0, 320.0, 180.0), (2, 0, 100.0, 180.0)];
    let out = run.push(&[(0, pair), (1, pair), (7, pair)]);
    let [first, second, other] = [0, 1, 2].map(|place| frame(&out, place).analytics().unwrap());
    assert_eq!((first.in_region.len(), first.crossed.len(), first.overcrowded.len()), (1, 1, 0));
    assert_eq!((second.overcrowded["OC"], second.in_region["OC"], second.crossed.len()), (true, 2, 0));
    assert_eq!((other.in_region.len(), other.classes[&0]), (0, 2));
    let crowds = frame(&out, 1).objects().next().unwrap().analytics().unwrap().crowds;
    assert_eq!(crowds, ["OC"]);
}

#[test]
fn regions_lines_and_counts_are_drawn_in_the_frames_pixels() {
    let mut run = Run::new(RULES);
    let out = run.push(&[(0, &[(5, 0, 320.0, 180.0)])]);
    let seen = frame(&out, 0);
    let lines: Vec<_> = seen.displays().flat_map(|display| display.lines().to_vec()).collect();
    let ends: Vec<_> = lines.iter().map(|line| (line.x1, line.y1, line.x2, line.y2)).collect();
    assert!(ends.contains(&(200, 100, 400, 100)) && ends.contains(&(100, 240, 540, 240)), "{ends:?}");
    let texts: Vec<String> = seen
        .displays()
        .flat_map(|display| display.texts().map(|text| text.text.to_owned()).collect::<Vec<_>>())
        .collect();
    assert!(
        texts.contains(&"RF=1".into()) && texts.contains(&"Exit=0".into()) && texts.contains(&"South".into()),
        "{texts:?}"
    );
    // What is known of an object is in its text, and its box has changed colour.
    let object = seen.objects().next().unwrap();
    assert_eq!(object.text(), Some("car  ROI:RF"));
    let colour = &object.rect_params().border_color;
    assert_eq!((colour.red, colour.green, colour.blue), (0.0, 1.0, 1.0));
}

#[test]
fn osd_modes_draw_less() {
    let with = |mode: &str| Run::new(&RULES.replace("[property]", &format!("[property]\nosd-mode={mode}")));
    let objects: &[(u64, i32, f32, f32)] = &[(5, 0, 320.0, 180.0)];
    let mut labels = with("1");
    let out = labels.push(&[(0, objects)]);
    let texts: Vec<String> = frame(&out, 0)
        .displays()
        .flat_map(|display| display.texts().map(|text| text.text.to_owned()).collect::<Vec<_>>())
        .collect();
    assert!(texts.contains(&"RF".into()) && texts.contains(&"Exit".into()), "{texts:?}");
    assert_eq!(frame(&out, 0).objects().next().unwrap().text(), Some("car"));
    let mut nothing = with("0");
    let out = nothing.push(&[(0, objects)]);
    assert_eq!(frame(&out, 0).displays().count(), 0);
    assert_eq!(frame(&out, 0).analytics().unwrap().in_region["RF"], 1);
}

#[test]
fn a_thousand_regions_are_counted_and_drawn() {
    let regions: String =
        (0..1000).map(|n| format!("roi-r{n}=400;200;800;200;800;{};400;600\n", 210 + n % 300)).collect();
    let rules = format!(
        "[property]\nenable=1\nconfig-width=1280\nconfig-height=960\n[roi-filtering-stream-0]\nenable=1\n{regions}"
    );
    let mut run = Run::new(&rules);
    let out = run.push(&[(0, &[(5, 0, 201.0, 140.0)])]);
    let known = frame(&out, 0).analytics().unwrap();
    assert_eq!(known.in_region.len(), 1000);
    assert!(known.in_region.values().all(|count| *count == 1));
    let lines: usize = frame(&out, 0).displays().map(|display| display.lines().len()).sum();
    assert_eq!(lines, 4000);
}

#[test]
fn disabled_is_passing_through() {
    let mut run = Run::new(&RULES.replacen("enable=1", "enable=0", 1));
    let out = run.push(&[(0, &[(5, 0, 320.0, 180.0)])]);
    assert!(frame(&out, 0).analytics().is_none() && frame(&out, 0).displays().next().is_none());
}

#[test]
fn a_file_is_needed_and_has_to_be_right() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let start = |file: Option<&Path>| {
        let element = gst::ElementFactory::make("nvdsanalytics").build().unwrap();
        let bus = gst::Bus::new();
        element.set_bus(Some(&bus));
        element.set_property("config-file", file.map(|file| file.to_str().unwrap()));
        assert!(element.set_state(gst::State::Paused).is_err());
        let error = bus.pop_filtered(&[gst::MessageType::Error]).unwrap();
        element.set_state(gst::State::Null).unwrap();
        let gst::MessageView::Error(error) = error.view() else { unreachable!() };
        error.error().to_string()
    };
    assert_eq!(start(None), "config-file is not set: nvdsanalytics needs a file with its rules");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.txt");
    std::fs::write(&path, RULES.replace("640;200;640;800;200;480;1080;480", "640;200;640;800;200;480;200;480"))
        .unwrap();
    let said = start(Some(&path));
    assert!(
        said.contains("r.txt:15: [line-crossing-stream-0] line-crossing-Exit: expected a line whose ends differ"),
        "{said}"
    );
}

#[test]
fn rules_are_read_anew_and_totals_of_what_stays_go_on() {
    let mut run = Run::new(RULES);
    run.element.set_bus(Some(&gst::Bus::new()));
    assert_eq!(crossed(&run.walk(1), "Exit"), Some(1));
    run.write(&RULES.replace("extended=0", "extended=0\nline-crossing-Lower=640;200;640;800;200;520;1080;520"));
    assert!(run.element.emit_by_name::<bool>("reload-config", &[]));
    let out = run.walk(2);
    assert_eq!((crossed(&out, "Exit"), crossed(&out, "Lower")), (Some(2), Some(1)));
    assert!(run.warnings().is_empty());
}

#[test]
fn a_broken_file_is_said_and_the_old_rules_stay() {
    let mut run = Run::new(RULES);
    run.element.set_bus(Some(&gst::Bus::new()));
    run.walk(1);
    for (broken, complaint) in [
        ("[property]\nenable=1\nconfig-width=1280\n", "[property] has no config-height"),
        ("[roi-filtering-stream-0]\n", "no [property] section"),
        ("hello", "rules.txt:1: expected key=value"),
    ] {
        run.write(broken);
        assert!(!run.element.emit_by_name::<bool>("reload-config", &[]));
        let said = run.warnings();
        assert!(
            said.len() == 1 && said[0].contains(complaint) && said[0].ends_with("; the rules read before stay"),
            "{said:?}"
        );
    }
    assert_eq!(crossed(&run.walk(2), "Exit"), Some(2));
}

#[test]
fn deepstreams_event_and_another_file_reload_too() {
    let mut run = Run::new(RULES);
    run.walk(1);
    let renamed = RULES.replace("line-crossing-Exit", "line-crossing-Way");
    run.write(&renamed);
    assert!(run.harness.push_event(event::analytics_reload_config("rules.txt")));
    assert_eq!(crossed(&run.walk(2), "Way"), Some(1));
    let other = run.folder.path().join("other.yml");
    std::fs::write(&other, "property:\n  enable: 1\n  config-width: 1280\n  config-height: 960\n").unwrap();
    run.element.set_property("config-file", other.to_str().unwrap());
    assert_eq!(crossed(&run.walk(3), "Way"), None);
}

#[test]
fn a_source_that_is_gone_begins_anew() {
    let mut run = Run::new(RULES);
    assert_eq!(crossed(&run.walk(1), "Exit"), Some(1));
    assert!(run.harness.push_event(SourceEvent::PadDeleted.event(0)));
    assert_eq!(crossed(&run.walk(1), "Exit"), Some(1));
}
