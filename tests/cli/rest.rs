//! The REST service of a running command, asked as DeepStream's is.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use serde_json::{Value, json};

use crate::world::World;

/// A command with a service.
struct Service {
    child: Child,
    url: String,
    /// What it said before it listened, and says after.
    stderr: Option<std::io::Lines<BufReader<std::process::ChildStderr>>>,
}

const STREAM: &str = "test:red?size=64x64&fps=10";

impl Service {
    fn start(world: &World, args: &[&str]) -> Self {
        let args = [args, &["-c", "config.txt", "-o", "none", "--rest", "127.0.0.1:0", "--sync"]].concat();
        let mut command = world.command(&args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("REST service at ")?.1.to_owned()));
        Self { child, url: url.expect("it says where it listens"), stderr: Some(lines) }
    }

    fn agent() -> ureq::Agent {
        ureq::Agent::config_builder().http_status_as_error(false).build().into()
    }

    fn get(&self, path: &str) -> (u16, String) {
        let mut reply = Self::agent().get(format!("{}{path}", self.url)).call().unwrap();
        (reply.status().as_u16(), reply.body_mut().read_to_string().unwrap())
    }

    fn json(&self, path: &str) -> Value {
        let (status, text) = self.get(path);
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The HTTP status, which the body has to repeat, and the reason.
    fn post(&self, path: &str, body: impl AsRef<[u8]>) -> (u16, String) {
        let reply = Self::agent().post(format!("{}{path}", self.url)).send(body.as_ref());
        let mut reply = reply.unwrap();
        let (status, text) = (reply.status().as_u16(), reply.body_mut().read_to_string().unwrap());
        let body: Value = serde_json::from_str(&text).unwrap();
        assert!(body["status"].as_str().unwrap().starts_with(&format!("HTTP/1.1 {status} ")), "{body}");
        (status, body["reason"].as_str().unwrap().to_owned())
    }

    fn change(&self, what: &str, id: &str, url: &str) -> (u16, String) {
        let value = json!({"camera_id": id, "camera_name": format!("n-{id}"), "camera_url": url, "change": format!("camera_{what}")});
        self.post(&format!("/api/v1/stream/{what}"), json!({"key": "sensor", "value": value}).to_string())
    }

    /// The streams as `source_id:camera_id`.
    fn streams(&self) -> Vec<String> {
        let info = self.json("/api/v1/stream/get-stream-info");
        let list = info["stream-info"]["stream-info"].as_array().unwrap();
        assert_eq!(info["stream-info"]["stream-count"], list.len());
        list.iter().map(|one| format!("{}:{}", one["source_id"], one["camera_id"].as_str().unwrap())).collect()
    }

    /// Asks until the answer is right.
    fn until<T>(&self, ask: impl Fn(&Self) -> T, right: impl Fn(&T) -> bool) -> T {
        loop {
            let answer = ask(self);
            if right(&answer) {
                return answer;
            }
            // A service is asked again, not called back.
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Tells it to quit; what it said, and its exit status.
    fn quit(mut self) -> (i32, String) {
        assert_eq!(self.post("/api/v1/app/quit", r#"{"app":{"app_quit":true}}"#), (200, "QUIT_SUCCESS".into()));
        let said: Vec<_> = self.stderr.take().unwrap().map_while(Result::ok).collect();
        (self.child.wait().unwrap().code().unwrap(), said.join("\n"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn frames_of(text: &str, id: &str) -> u64 {
    let line =
        text.lines().find(|line| line.starts_with("ds_apps_frames_total{") && line.contains(&format!("\"{id}\"")));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

#[test]
fn streams_come_and_go() {
    let world = World::new();
    let service = Service::start(&world, &["runtime-add-delete", STREAM, "--max-sources", "3", "--report", "r.json"]);
    assert_eq!(service.streams(), ["0:source_0"]);
    assert_eq!(service.change("add", "a", STREAM), (200, "STREAM_ADD_SUCCESS".into()));
    assert_eq!(service.change("add", "b", STREAM), (200, "STREAM_ADD_SUCCESS".into()));
    assert_eq!(service.streams(), ["0:source_0", "1:a", "2:b"]);

    let (status, reason) = service.change("add", "c", STREAM);
    assert_eq!(status, 500);
    assert!(reason.starts_with("STREAM_ADD_FAIL, Active sources exceded max-batch-size"), "{reason}");
    assert_eq!(service.change("remove", "a", STREAM), (200, "STREAM_REMOVE_SUCCESS".into()));
    let gone = (500, "STREAM_REMOVE_FAIL, No record found. Failed to remove source stream".to_owned());
    assert_eq!(service.change("remove", "a", STREAM), gone);
    assert_eq!(service.change("remove", "b", "test:another"), gone, "the URL is another");
    let (status, reason) = service.change("add", "b", STREAM);
    assert_eq!((status, reason.as_str()), (500, "STREAM_ADD_FAIL, Duplicate Camera id, unable to add stream"));
    // The number is given again; the others keep theirs.
    assert_eq!(service.change("add", "d", STREAM).0, 200);
    assert_eq!(service.streams(), ["0:source_0", "1:d", "2:b"]);

    service.until(|s| s.get("/api/v1/metrics").1, |text| frames_of(text, "d") > 3 && frames_of(text, "b") > 3);
    for path in ["/api/v1/live", "/api/v1/ready", "/api/v1/startup", "/api/v1/health/get-dsready-state", "/live"] {
        assert!(service.get(path).1.contains("YES"), "{path}");
    }
    // Without streams it goes on; with another one, too.
    for (id, url) in [("source_0", STREAM), ("d", STREAM), ("b", STREAM)] {
        assert_eq!(service.change("remove", id, url).0, 200);
    }
    assert_eq!(service.streams(), [""; 0]);
    assert_eq!(service.change("add", "e", STREAM).0, 200);
    service.until(|s| s.get("/api/v1/metrics").1, |text| frames_of(text, "e") > 3);
    assert_eq!(service.quit().0, 0);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(world.path("r.json")).unwrap()).unwrap();
    assert!(report["frames"].as_u64().unwrap() > 10);
}

#[test]
fn a_stream_that_fails_goes_alone() {
    let world = World::new();
    std::fs::write(world.path("noise.mp4"), [7; 4096]).unwrap();
    let service = Service::start(&world, &["runtime-add-delete", STREAM]);
    let (status, reason) = service.change("add", "x", "nowhere.mp4");
    assert_eq!((status, reason.as_str()), (500, "STREAM_ADD_FAIL, nowhere.mp4: no such file"));
    for bad in
        [world.path("noise.mp4").display().to_string(), "rtsp://127.0.0.1:1/x".into(), "test:nosuchpattern".into()]
    {
        service.change("add", "bad", &bad);
        service.until(Service::streams, |streams| *streams == ["0:source_0"]);
    }
    let before = frames_of(&service.get("/api/v1/metrics").1, "source_0");
    service.until(|s| s.get("/api/v1/metrics").1, |text| frames_of(text, "source_0") > before + 3);
    let (code, said) = service.quit();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("source 1 is removed"), "{said}");
}

#[test]
fn a_command_with_an_output_for_each_stream_takes_no_more() {
    let world = World::new();
    let service = Service::start(&world, &["demux", STREAM, STREAM]);
    let (status, reason) = service.change("add", "7", STREAM);
    assert_eq!(status, 500);
    assert!(reason.contains("made at the start"), "{reason}");
    assert_eq!(service.change("remove", "source_1", STREAM).0, 200);
    assert_eq!(service.streams(), ["0:source_0"]);
    assert_eq!(service.quit().0, 0);
}

#[test]
fn metrics_and_interval() {
    let world = World::new();
    let service = Service::start(&world, &["test1", STREAM, "-s"]);
    let text = service.until(|s| s.get("/api/v1/metrics").1, |text| frames_of(text, "source_0") > 5);
    for name in ["fps", "objects_total", "dropped_frames_total", "reconnects_total", "latency_seconds_bucket"] {
        assert!(text.contains(&format!("ds_apps_{name}{{")), "{name} not in\n{text}");
    }
    let mut reply = Service::agent()
        .get(format!("{}/api/v1/metrics", service.url))
        .header("accept", "application/json")
        .call()
        .unwrap();
    let json: Value = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(json["metrics-info"]["stream-stats"][0]["sensor_id"], "source_0");

    let set = |id: &str, interval: u32| {
        service
            .post("/api/v1/infer/set-interval", json!({"stream": {"stream_id": id, "interval": interval}}).to_string())
    };
    assert_eq!(set("0", 4), (200, "INFER_INTERVAL_UPDATE_SUCCESS".into()));
    assert_eq!(set("9", 4).0, 500);
    assert_eq!(set("0", 33).0, 400);
    // test1 shows one picture: there is room for one stream.
    assert_eq!(service.change("add", "a", STREAM).0, 200, "into no output, there is room");
    assert_eq!(service.quit().0, 0);
}

#[test]
fn rules_are_read_anew() {
    let world = World::new();
    let rules = world.path("rules.txt");
    let write = |text: &str| std::fs::write(&rules, text).unwrap();
    const LINE: &str = "[property]\nenable=1\nconfig-width=64\nconfig-height=64\n[line-crossing-stream-0]\nenable=1\nline-crossing-In=10;10;10;50;0;30;60;30\nclass-id=-1\n";
    write(LINE);
    let service = Service::start(&world, &["analytics", STREAM, "--analytics-config", "rules.txt", "-s"]);
    let reload = |body: &str| service.post("/api/v1/analytics/reload-config", body);
    let file = json!({"analytics": {"config_file_path": rules}}).to_string();
    assert_eq!(reload(&file), (200, "RELOAD_CONFIG_UPDATE_SUCCESS".into()));
    assert_eq!(reload(r#"{"analytics":{}}"#).0, 200);
    let (status, reason) = reload(r#"{"analytics":{"config_file_path":"/etc/passwd"}}"#);
    assert_eq!(status, 500);
    assert!(reason.starts_with("RELOAD_CONFIG_UPDATE_FAIL, the rules of this run are in "), "{reason}");
    write("[line-crossing-stream-0]\nline-crossing-In=1;2;3\n");
    let (status, reason) = reload(&file);
    assert!(status == 500 && reason.contains("the rules read before stay"), "{status} {reason}");
    assert_eq!(reload("{").0, 400);
    assert_eq!(service.quit().0, 0);

    let service = Service::start(&world, &["test1", STREAM, "-s"]);
    let answer = service.post("/api/v1/analytics/reload-config", "{\"analytics\":{}}");
    assert_eq!(answer, (500, "RELOAD_CONFIG_UPDATE_FAIL, this pipeline has no analytics".into()));
    assert_eq!(service.quit().0, 0);
}

#[test]
fn bad_requests_are_answered() {
    let world = World::new();
    let service = Service::start(&world, &["test1", STREAM, "-s"]);
    let post = |body: &[u8]| service.post("/api/v1/stream/add", body);
    assert_eq!(post(b"").0, 400);
    assert_eq!(post(b"{\"value\":").0, 400);
    assert_eq!(post(b"[1,2]").0, 400);
    assert_eq!(post("{".repeat(30_000).as_bytes()).0, 400);
    assert_eq!(
        post(r#"{"value":{"camera_id":"","camera_url":"u","change":"add"}}"#.as_bytes()).1,
        "STREAM_ADD/REMOVE_FAIL, Source id empty"
    );
    let large = format!("{{\"value\":\"{}\"}}", "x".repeat(200_000));
    assert_eq!(post(large.as_bytes()).0, 413);
    assert_eq!(service.post("/api/v1/app/quit", "{}").0, 400);
    assert_eq!((service.get("/api/v1/nothing").0, service.get("/api/v1/stream/add").0), (404, 405));
    let page =
        Service::agent().get(format!("{}/api/v1/metrics", service.url)).header("origin", "https://example.org").call();
    assert_eq!(page.unwrap().status(), 403);
    assert_eq!(service.streams(), ["0:source_0"]);
    assert_eq!(service.quit().0, 0);
}

#[test]
fn two_hundred_requests_at_once() {
    let world = World::new();
    let service = Service::start(&world, &["runtime-add-delete", STREAM, "--max-sources", "4"]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = |number: usize| {
            let service = &service;
            scope.spawn(move || match number % 4 {
                0 => service.change("add", &format!("c{}", number % 16), STREAM).0,
                1 => service.change("remove", &format!("c{}", (number + 3) % 16), STREAM).0,
                2 => service.get("/api/v1/metrics").0,
                _ => service.get("/api/v1/stream/get-stream-info").0,
            })
        };
        let asked: Vec<_> = (0..200).map(ask).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.len(), 200);
    assert!(statuses.iter().all(|status| [200, 500].contains(status)), "{statuses:?}");
    let streams = service.streams();
    assert!(streams.len() <= 4 && streams.contains(&"0:source_0".to_owned()), "{streams:?}");
    let before = frames_of(&service.get("/api/v1/metrics").1, "source_0");
    service.until(|s| s.get("/api/v1/metrics").1, |text| frames_of(text, "source_0") > before + 3);
    assert_eq!(service.quit().0, 0);
}

#[test]
fn with_a_token_only_it_opens() {
    let world = World::new();
    let service = Service::start(&world, &["test1", STREAM, "-s", "--rest-token", "open sesame"]);
    assert_eq!(service.get("/api/v1/metrics").0, 401);
    assert_eq!(service.change("add", "a", STREAM).0, 401);
    assert_eq!(service.get("/api/v1/live").0, 200);
    let ask = |token: &str| {
        let request = Service::agent().get(format!("{}/api/v1/metrics", service.url));
        request.header("authorization", format!("Bearer {token}")).call().unwrap().status().as_u16()
    };
    assert_eq!((ask("open sesame"), ask("open barley")), (200, 401));
}

#[test]
fn a_port_in_use_is_named() {
    let world = World::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = format!("error: --rest: {address} is in use by another program");
    world.test1(&[STREAM, "-o", "none", "--rest", &address]).ends_with(1).says(&said);
    world.test1(&[STREAM, "-o", "none", "--rest", "nonsense"]).ends_with(2).says("expected a port, an address or both");
}

#[test]
fn the_timer_adds_and_removes_as_upstream_s() {
    let world = World::new();
    let args = ["runtime-add-delete", "test:red?size=64x64&fps=20", "-c", "config.txt", "-o", "none", "--sync"];
    let ran = world
        .run(&[args.as_slice(), &["--interval", "0.3", "--max-sources", "3", "--report", "r.json"]].concat())
        .ends_with(0);
    let expected = "Source 1 added\nSource 2 added\nSource 0 removed\nSource 1 removed\nSource 2 removed\n";
    assert_eq!(ran.stdout, expected);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(world.path("r.json")).unwrap()).unwrap();
    assert!(report["frames"].as_u64().unwrap() > 0, "{report}");
}

#[test]
fn a_timer_with_a_tiler_writes_one_picture() {
    let world = World::new();
    let args = ["runtime-add-delete", "test:red?size=64x64&fps=20", "-c", "config.txt", "-o", "out.mp4", "--sync"];
    world.run(&[args.as_slice(), &["--interval", "0.3", "--max-sources", "2"]].concat()).ends_with(0);
    assert!(crate::world::frames_in(&world.path("out.mp4")) > 0);
}
