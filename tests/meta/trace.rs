//! Frames as JSON lines and back.

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::trace::{FrameTrace, Real};
use ds_apps::meta::*;
use serde_json::json;

#[derive(Clone)]
struct Speed(f64);

impl UserData for Speed {
    fn type_name() -> &'static str {
        "DS_APPS.TEST.SPEED"
    }

    fn trace(&self) -> Option<serde_json::Value> {
        Some(json!({"km_h": self.0}))
    }
}

fn frame(batch: &mut OwnedBatch) -> &mut Frame {
    let frame = batch.add_frame();
    frame.set_source_id(1);
    frame.set_frame_num(5);
    frame.set_buf_pts(40_000_000);
    frame.set_pipeline_size(Size { width: 640, height: 360 });
    let car = frame.add_object();
    car.set_label("car");
    car.set_object_id(Some(12));
    car.set_confidence(0.5);
    car.set_rect(Rect { left: 1.0, top: 2.5, width: 3.0, height: 4.0 });
    car.set_mask([1.0, 0.0], 2, 1, 0.5).unwrap();
    let classifier = car.add_classifier();
    classifier.set_component_id(2);
    classifier.add_label().set_text("red");
    let car = car.key();
    let face = frame.add_child_object(car).unwrap();
    face.set_label("face");
    face.set_confidence(f32::NAN);
    frame.add_user(Speed(30.0));
    let display = frame.add_display();
    let line = Line { from: (1, 2), to: (3, 4), width: 5, colour: [1.0, 0.0, 0.0, 1.0] };
    display.add_line(line).unwrap();
    display.add_arrow(line, ArrowHead::Both).unwrap();
    frame
}

#[test]
fn a_frame_is_the_line_the_documentation_shows() {
    let mut batch = OwnedBatch::new(1);
    let trace = serde_json::to_value(FrameTrace::of(frame(&mut batch))).unwrap();
    let red = [1.0, 0.0, 0.0, 1.0];
    assert_eq!(
        trace,
        json!({
            "source_id": 1, "frame_num": 5, "pts_ns": 40_000_000, "ntp_ns": null, "width": 640, "height": 360,
            "objects": [
                {"object_id": null, "class_id": 0, "label": "face", "confidence": null, "tracker_confidence": 0.0,
                 "bbox": [0.0, 0.0, 0.0, 0.0], "parent": 1, "classifiers": []},
                {"object_id": 12, "class_id": 0, "label": "car", "confidence": 0.5, "tracker_confidence": 0.0,
                 "bbox": [1.0, 2.5, 3.0, 4.0], "parent": null,
                 "classifiers": [{"component_id": 2, "labels": [{"label": "red", "class_id": 0, "prob": 0.0}]}],
                 "mask": {"size": [1, 2], "counts": [0, 1, 1]}},
            ],
            "display": [{"rects": [], "texts": [], "circles": [],
                "lines": [{"from": [1, 2], "to": [3, 4], "width": 5, "colour": red}],
                "arrows": [{"from": [1, 2], "to": [3, 4], "width": 5, "colour": red, "head": "both"}]}],
            "user": [{"type": "DS_APPS.TEST.SPEED", "data": {"km_h": 30.0}}],
        })
    );
}

#[test]
fn a_line_reads_back_as_it_was() {
    let mut batch = OwnedBatch::new(1);
    let trace = FrameTrace::of(frame(&mut batch));
    let line = serde_json::to_string(&trace).unwrap();
    assert!(!line.contains('\n'));
    assert_eq!(FrameTrace::read(&line).unwrap(), trace);
    assert!(FrameTrace::read("{}").is_err());
}

#[test]
fn truth_files_with_more_keys_are_read_too() {
    let line = r#"{"source_id":0,"frame_num":3,"pts_ns":null,"ntp_ns":null,"width":8,"height":8,"objects":[{"object_id":1,
        "class_id":2,"label":"person","confidence":1,"tracker_confidence":1,"bbox":[1,2,3,4],"parent":null,"occlusion":0.25}]}"#;
    let trace = FrameTrace::read(line).unwrap();
    assert_eq!(trace.objects[0].bbox, [1.0, 2.0, 3.0, 4.0].map(Real));
    assert!(trace.user.is_empty());
}

#[test]
fn raw_user_metadata_shows_what_its_serialiser_says() {
    let kind = user_meta_type("DS_APPS.TEST.RAW");
    register_serialiser(kind, |meta| Some(json!(meta.meta_type())));
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    let raw = RawUserMeta {
        meta_type: kind,
        data: std::ptr::null_mut(),
        copy: None,
        release: None,
        context: std::ptr::null_mut(),
    };
    // SAFETY: no data, no callbacks.
    unsafe { frame.add_raw_user(raw) };
    let trace = FrameTrace::of(frame);
    assert_eq!((trace.user[0].kind.as_str(), &trace.user[0].data), ("DS_APPS.TEST.RAW", &Some(json!(kind))));
}
