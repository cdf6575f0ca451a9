//! Configurations and models that cannot be used. The parser's own cases stand with the parser.

use crate::world::{Ran, World};

fn run(world: &World, config: &str) -> Ran {
    let ran =
        world.run(&["test1", "test:red?size=64x64&frames=2", "-c", config, "-o", "out.mp4", "--report", "r.json"]);
    if ran.code != 0 {
        assert_eq!(world.left(&[config]), [""; 0], "{}", ran.stderr);
    }
    ran
}

#[test]
fn a_missing_configuration_is_named() {
    run(&World::new(), "nowhere.txt").ends_with(2).says("error: -c nowhere.txt: ");
}

#[test]
fn a_bad_number_is_named_with_line_and_key() {
    let world = World::new();
    world.config("bad.txt", "batch-size=many");
    run(&world, "bad.txt").ends_with(2).says("bad.txt:6: [property] batch-size: expected ").says("found 'many'");
}

#[test]
fn a_file_without_sections_is_named() {
    let world = World::new();
    std::fs::write(world.path("bad.txt"), "once upon a time\n").unwrap();
    run(&world, "bad.txt").ends_with(2).says("error: -c bad.txt");
}

#[test]
fn an_unknown_key_is_a_warning_with_the_nearest() {
    let world = World::new();
    world.config("odd.txt", "bach-size=1");
    let ran = run(&world, "odd.txt").ends_with(0).says("warning: ").says("bach-size").says("batch-size");
    assert_eq!(ran.frames(), 2);
}

#[test]
fn a_missing_model_is_named() {
    let world = World::new();
    world.config("bad.txt", "onnx-file=nowhere.onnx");
    run(&world, "bad.txt").ends_with(2).says("nowhere.onnx");
}

#[test]
fn models_of_the_wrong_shape_are_named() {
    for model in ["rank3", "no_outputs", "not_a_model"] {
        let world = World::new();
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/models/{model}.onnx"));
        world.config("bad.txt", &format!("onnx-file={}", path.display()));
        run(&world, "bad.txt").ends_with(2).says("error: -c bad.txt: ").says("model");
    }
}
