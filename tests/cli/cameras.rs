//! Cameras, as far as they can be tested without one: `usb`.

use crate::world::World;

#[test]
fn a_live_pattern_stands_in_for_a_camera() {
    let world = World::new();
    let args = ["usb", "test:red?size=64x64&frames=5&live=1", "-c", "config.txt", "-o", "none", "--policy", "lossless"];
    let ran = world.run(&args).ends_with(0);
    assert_eq!(ran.frames(), 5);
    assert!(ran.stdout.starts_with("Frame Number=0 Number of Objects=16 Vehicle_count=16 Person_count=0\n"));
}

#[test]
fn what_a_camera_is_asked_for_is_in_the_pipeline() {
    let world = World::new();
    // Any device will do to be described.
    let asked = ["--format", "mjpeg", "--camera-size", "640x480", "--fps", "15"];
    let args = ["usb", "v4l2:///dev/null?format=nv12", "-c", "config.txt", "-o", "none", "--describe"];
    let line = world.run(&[&args[..], &asked].concat()).ends_with(0).stdout;
    let wanted = " v4l2src name=source_0 device=/dev/null ! capsfilter caps=image/jpeg,width=640,height=480,framerate=15/1 ! \
                  decodebin ! videoconvert ! nvvideoconvert ! ";
    assert!(line.contains(wanted), "{line}");
    assert!(line.contains(" queue name=latest_0 leaky=downstream "), "{line}");
    assert!(!world.run(&[&args[..], &["--policy", "lossless"]].concat()).ends_with(0).stdout.contains("latest_0"));
}

#[test]
fn what_is_no_camera_is_a_clear_error() {
    let world = World::new();
    std::fs::write(world.path("file"), "x").unwrap();
    let usb = |input: &str| world.run(&["usb", input, "-c", "config.txt", "-o", "none"]);
    let ran = usb("/dev/video987").ends_with(1);
    assert!(ran.stderr.starts_with("error: v4l2:///dev/video987: no such camera; th"), "{}", ran.stderr);
    let ran = usb(&format!("v4l2://{}", world.path("file").display())).ends_with(1);
    assert!(ran.stderr.contains("/file: is a file, not a camera; th"), "{}", ran.stderr);
    let ran = usb("v4l2:///dev/null").ends_with(2);
    assert!(ran.stderr.contains("error: v4l2:///dev/null: is no V4L2 camera ("), "{}", ran.stderr);
    let ran = usb("/dev/video0?format=h264").ends_with(2);
    assert!(ran.stderr.contains("`format=h264` is none of format=mjpeg|yuy2|nv12"), "{}", ran.stderr);
    let ran = world.run(&["usb", "--format", "h264"]).ends_with(2);
    assert!(ran.stderr.contains("expected mjpeg, yuy2 or nv12"), "{}", ran.stderr);
}
