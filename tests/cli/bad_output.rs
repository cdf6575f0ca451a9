//! Outputs that cannot be written, or must not be.

use std::process::Command;

use crate::world::{World, finish};

const SOURCE: &str = "test:snow?size=640x480&frames=300";

#[test]
fn the_input_is_never_written_over() {
    let world = World::new();
    let input = world.video("in.mp4", 10, (64, 64));
    let before = std::fs::read(&input).unwrap();
    std::os::unix::fs::symlink("in.mp4", world.path("soft.mp4")).unwrap();
    std::fs::hard_link(&input, world.path("hard.mp4")).unwrap();
    for output in ["in.mp4", "./in.mp4", "soft.mp4", "hard.mp4"] {
        world.test1(&["in.mp4", "-o", output]).ends_with(2).says("is also an input, and would be overwritten");
    }
    for flag in ["--report", "--meta-out"] {
        world.test1(&["in.mp4", "-o", "none", flag, "in.mp4"]).ends_with(2).says("is also an input");
    }
    assert_eq!(std::fs::read(&input).unwrap(), before);
    assert_eq!(world.left(&["in.mp4", "soft.mp4", "hard.mp4"]), [""; 0]);
}

#[test]
fn folders_that_cannot_be_written_are_named_before_anything_runs() {
    let world = World::new();
    for (flag, path) in
        [("-o", "/proc/out.mp4"), ("-o", "no/such/out.mp4"), ("--report", "no/r.json"), ("--meta-out", "no/t")]
    {
        let ran = world
            .test1(&["test:red", flag, path])
            .ends_with(1)
            .says(&format!("error: {flag} {path}: cannot be created: "));
        assert_eq!(ran.stdout, "");
    }
    std::fs::create_dir(world.path("folder.mp4")).unwrap();
    world.test1(&["test:red", "-o", "folder.mp4"]).ends_with(1).says("error: -o folder.mp4: is a folder");
    assert_eq!(world.left(&["folder.mp4"]), [""; 0]);
}

#[test]
fn an_existing_output_stays_when_the_run_fails() {
    let world = World::new();
    std::fs::write(world.path("out.mp4"), "yesterday's").unwrap();
    std::fs::write(world.path("text.mp4"), "no video at all, only words\n".repeat(100)).unwrap();
    world.test1(&["text.mp4", "-o", "out.mp4"]).ends_with(1);
    assert_eq!(std::fs::read_to_string(world.path("out.mp4")).unwrap(), "yesterday's");
}

/// A limit on the size of files stands in for a full disk where nothing can be mounted.
#[test]
fn a_write_that_fails_leaves_nothing_half_written() {
    let world = World::new();
    let program = world.command(&[]).get_program().to_owned();
    let script =
        format!("trap '' XFSZ; ulimit -f 64; exec \"$0\" test1 '{SOURCE}' -c config.txt -o out.mp4 --report r.json");
    let mut command = world.command(&[]);
    command = wrapped(command, Command::new("sh"));
    command.args(["-c", &script]).arg(program);
    let ran = finish(command).ends_with(1);
    assert!(ran.stderr.contains("error: -o out.mp4: "), "{}", ran.stderr);
    assert_eq!(world.left(&[]), [""; 0]);
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let world = World::new();
    std::fs::create_dir(world.path("small")).unwrap();
    let program = world.command(&[]).get_program().to_owned();
    let mount = "mount -t tmpfs -o size=200k tmpfs small || exit 77";
    let script = |args: &str| {
        format!("{mount}; \"$0\" {args} '{SOURCE}' -s; status=$?; find small -type f | grep -v 'jpg$'; exit $status")
    };
    for args in [
        "test1 -c config.txt -o small/out.mp4",
        "test1 -c config.txt -o none --meta-out small/trace.jsonl",
        "test1 -c config.txt -o jpeg:small",
        "imagedata -c config.txt -o none --every 1 --min-confidence 0.01 --max-confidence 1.01 --folder small/pictures",
        "redaction --config config.txt -o none --label vehicle --crops small/crops",
    ] {
        let mut command = wrapped(world.command(&[]), Command::new("unshare"));
        command.args(["-rm", "sh", "-c", &script(args)]).arg(&program);
        let ran = finish(command);
        if ran.code == 77 || ran.stderr.contains("unshare") {
            eprintln!("skipped: this machine lets nobody mount: {}", ran.stderr);
            return;
        }
        let ran = ran.ends_with(1);
        assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
        assert!(ran.stderr.contains("full") || ran.stderr.contains("No space left"), "{}", ran.stderr);
        let left: Vec<_> = ran.stdout.lines().filter(|line| line.starts_with("small/")).collect();
        assert_eq!(left, [""; 0], "{args}");
    }
}

/// `wrapper` with the folder and environment of `command`.
fn wrapped(command: Command, mut wrapper: Command) -> Command {
    wrapper.current_dir(command.get_current_dir().unwrap());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => wrapper.env(key, value),
            None => wrapper.env_remove(key),
        };
    }
    wrapper
}
