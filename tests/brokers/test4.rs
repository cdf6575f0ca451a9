//! The command `test4`, from pixels to what arrives at a broker.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::server::{self, Server};

/// Runs `test4` on 65 frames with the small detector, which finds 16 vehicles on each.
fn run<S: Server>(dir: &Path, server: &S, schema: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = root.join("tests/data/models/detectnet.onnx");
    std::fs::write(dir.join("labels.txt"), "vehicle\n").unwrap();
    let text = format!(
        "[property]\nonnx-file={}\nlabelfile-path=labels.txt\nnum-detected-classes=1\ncluster-mode=4\n\
         [class-attrs-all]\npre-cluster-threshold=0.5\n",
        model.display()
    );
    std::fs::write(dir.join("config.txt"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ds-apps"))
        .args(["test4", "test:red?size=64x64&frames=65", "--config", "config.txt", "--no-display", "--silent"])
        .args(["-p", S::NAME, "--conn-str", &server.address(), "-t", "events", "-s", schema])
        .current_dir(dir)
        .env("XDG_STATE_HOME", dir)
        .env("G_DEBUG", "fatal_warnings")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn schema(name: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// Every 30th frame arrives as a message of either schema, each once, in order.
pub fn events_arrive<S: Server>() {
    let Some((dir, mut server)) = server::ready::<S>() else { return };
    run(dir.path(), &server, "1");
    run(dir.path(), &server, "0");
    let arrived: Vec<Value> =
        server.received(6).iter().map(|message| serde_json::from_slice(message).unwrap()).collect();
    let (minimal, full) = arrived.split_at(3);
    let frames: Vec<_> = minimal.iter().map(|message| message["id"].as_str().unwrap()).collect();
    assert_eq!(frames, ["0", "30", "60"]);
    assert_eq!(full.len(), 3);
    let (short, long) = (schema("message-minimal.schema.json"), schema("message-full.schema.json"));
    assert!(minimal.iter().all(|message| short.is_valid(message)), "{minimal:?}");
    assert!(full.iter().all(|message| long.is_valid(message)), "{full:?}");
    assert!(full.iter().all(|message| message["sensor"]["id"] == "street-camera"), "{full:?}");
}
