//! MLServer, a KServe v2 server of others: the same ONNX model there and in this process gives the same numbers, also when
//! the server is killed and started again. Skipped, with the reason, where MLServer is not installed (`scripts/dev test`
//! installs it).

use std::net::TcpListener;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ds_apps::infer::engine::{Engine, Provider};
use ds_apps::infer::onnx::Onnx;

use super::{RGB, connect, run, session};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A running server; dropped, it is killed.
struct MlServer(Child);

impl Drop for MlServer {
    fn drop(&mut self) {
        // The server has worker processes of its own, which are in its group.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.0.id())]).status();
        let _ = self.0.wait();
    }
}

impl MlServer {
    fn start(program: &Path, folder: &Path, ports: [u16; 3]) -> Self {
        use std::os::unix::process::CommandExt;
        let [http, grpc, metrics] = ports;
        let settings = format!(
            r#"{{"host": "127.0.0.1", "http_port": {http}, "grpc_port": {grpc}, "metrics_port": {metrics}, "parallel_workers": 0}}"#
        );
        std::fs::write(folder.join("settings.json"), settings).unwrap();
        let mut command = Command::new(program);
        command.args(["start", "."]).current_dir(folder).env("PYTHONPATH", folder).process_group(0);
        let log = std::fs::File::create(folder.join("log.txt")).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        Self(command.spawn().unwrap())
    }
}

/// Where `scripts/dev` puts it.
fn program() -> Option<PathBuf> {
    let program = root().join(".tools/mlserver/bin/mlserver");
    program.is_file().then_some(program)
}

/// A model folder: what MLServer loads, and the model.
fn folder(model: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tensor = |name: &str, shape: &str| format!(r#"{{"name": "{name}", "datatype": "FP32", "shape": {shape}}}"#);
    let settings = format!(
        r#"{{"name": "means", "implementation": "onnx_model.OnnxModel", "parameters": {{"uri": "{}", "version": "1"}},
            "inputs": [{}], "outputs": [{}]}}"#,
        model.display(),
        tensor("images", "[-1, 3, 4, 6]"),
        tensor("means", "[-1, 3]"),
    );
    std::fs::write(folder.path().join("model-settings.json"), settings).unwrap();
    std::fs::copy(root().join("tests/data/mlserver/onnx_model.py"), folder.path().join("onnx_model.py")).unwrap();
    folder
}

#[test]
fn another_servers_numbers_are_those_of_this_process() {
    let Some(program) = program() else {
        eprintln!("skipped: .tools/mlserver is not there; scripts/dev test installs it");
        return;
    };
    let model = root().join("tests/data/models/means_dynamic.onnx");
    let folder = folder(&model);
    let free = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let ports = free.each_ref().map(|listener| listener.local_addr().unwrap().port());
    drop(free);
    let server = MlServer::start(&program, folder.path(), ports);
    // Python takes its time to begin; the client waits.
    let log = || std::fs::read_to_string(folder.path().join("log.txt")).unwrap();
    let remote =
        connect(ports[1], "means", None, [20_000, 120_000]).unwrap_or_else(|error| panic!("{error}\n{}", log()));
    let local = Onnx::load(&model, Provider::Cpu, &RGB).unwrap();
    assert_eq!(remote.outputs(), local.outputs());
    let mut there = session(&remote);
    let mut here = local.session(NonZero::<usize>::MIN).unwrap();
    for frames in [1, 3] {
        let means = run(&remote, there.as_mut(), frames).unwrap_or_else(|error| panic!("{error}\n{}", log()));
        assert_eq!(means, run(&local, here.as_mut(), frames).unwrap());
    }
    drop(server);
    let _again = MlServer::start(&program, folder.path(), ports);
    assert_eq!(run(&remote, there.as_mut(), 2).unwrap(), run(&local, here.as_mut(), 2).unwrap());
    let unknown = connect(ports[1], "absent", None, [20_000, 20_000]).err().unwrap().to_string();
    assert!(unknown.contains("Model absent with version  not found"), "{unknown}");
}
