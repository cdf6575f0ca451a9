//! The window sinks: properties, and what they say without a display.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use gst::prelude::*;

#[test]
fn without_a_display_the_error_says_what_to_do() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    if std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some() {
        println!("skipped: there is a display");
        return;
    }
    for name in ["nveglglessink", "nv3dsink"] {
        let pipeline = gst::Pipeline::new();
        let sink = gst::ElementFactory::make(name).build().unwrap();
        pipeline.add(&sink).unwrap();
        assert!(pipeline.set_state(gst::State::Ready).is_err());
        let message = pipeline.bus().unwrap().pop_filtered(&[gst::MessageType::Error]).unwrap();
        let gst::MessageView::Error(error) = message.view() else { panic!() };
        assert!(error.error().matches(gst::ResourceError::NotFound));
        assert!(error.error().message().contains("--no-display"), "{}", error.error());
        pipeline.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn properties_read_back_and_a_bin_without_children_is_a_sink() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let sink = gst::ElementFactory::make("nveglglessink").build().unwrap();
    assert!(sink.element_flags().contains(gst::ElementFlags::SINK));
    assert!(sink.property::<bool>("sync"));
    sink.set_property("sync", false);
    sink.set_property("window-width", 640u32);
    sink.set_property("max-lateness", -1i64);
    assert!(!sink.property::<bool>("sync"));
    assert_eq!((sink.property::<u32>("window-width"), sink.property::<u32>("window-height")), (640, 0));
    assert_eq!(sink.property::<i64>("max-lateness"), -1);
}
