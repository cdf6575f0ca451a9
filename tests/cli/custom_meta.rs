//! `custom-meta`: the notes of every frame arrive, and are copied and released as often as they should be.

use serde_json::Value;

use crate::world::World;

#[test]
fn notes_are_copied_once_on_each_way_and_all_are_released() {
    let inputs = ["test:red?size=64x64&frames=5", "test:black?size=96x64&frames=3"];
    let ran = World::new().run(&[&["custom-meta"], &inputs[..]].concat()).ends_with(0);
    let mut lines: Vec<&str> = ran.stdout.lines().collect();
    // Eight frames; each is read behind the tee's side and behind the demuxer, and copied by both.
    assert_eq!(lines.pop(), Some("attached=8 read=16 copied=16 released=24"));
    assert_eq!(lines.len(), 8, "{}", ran.stdout);
    let second: Vec<&str> = lines.iter().filter(|line| line.contains("Stream=1")).copied().collect();
    assert_eq!(second[2], "Frame Number=2 Stream=1 structId=2 sampleInt=3 message=test message 2");
}

#[test]
fn the_trace_shows_the_notes() {
    let ran = World::new().run(&["custom-meta", "--meta-out", "-", "test:red?size=64x64&frames=2"]).ends_with(0);
    let frames: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[1]["user"][0]["type"], "DS_APPS.CUSTOM_META.NOTE");
    let note = serde_json::json!({"structId": 1, "message": "test message 1", "sampleInt": 2});
    assert_eq!(frames[1]["user"][0]["data"], note);
}

#[test]
fn a_reader_that_goes_away_leaves_no_note_behind() {
    let world = World::new();
    let mut command = world.command(&["custom-meta", "test:red?size=64x64&frames=400"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    // Had a note been lost or left, it would say so.
    assert_eq!(output.status.code(), Some(0), "{stderr}");
}
