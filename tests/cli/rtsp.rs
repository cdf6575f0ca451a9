//! RTSP in and out, and cameras that are none.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Child, Stdio},
};

use serde_json::Value;

use crate::{
    camera::Camera,
    world::{Ran, World},
};

/// A program that serves, and where.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(world: &World, args: &[&str]) -> Self {
        let mut command = world.command(args);
        // GStreamer's server warns of its own doings when clients come over UDP and TCP.
        command.env_remove("G_DEBUG").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let url = lines.map(|line| line + "\n").find_map(|line| Some(line.split_once("serving ")?.1.trim().to_owned()));
        Self { child, url: url.expect("it says where it serves") }
    }

    /// Ctrl-C; the exit status.
    fn interrupt(mut self) -> i32 {
        let sent = std::process::Command::new("kill").args(["-s", "INT", &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr))
}

#[test]
fn what_one_command_serves_others_play() {
    let world = World::new();
    for codec in ["H264", "H265"] {
        let picture = ["rtsp-out", "test:red?size=320x240", "--config", "config.txt", "-c", codec];
        let served = Server::start(&world, &[picture.as_slice(), &["-o", "rtsp://me:pw@:0/street"]].concat());
        assert!(served.url.starts_with("rtsp://127.0.0.1:") && served.url.ends_with("/street"), "{}", served.url);
        let url = served.url.replace("//", "//me:pw@");
        for (command, config, transport) in [("rtsp-in-out", "--config", "tcp"), ("test1", "-c", "udp")] {
            let args = [command, &url, config, "config.txt", "-o", "none", "--rtsp-transport", transport];
            let ran = world.run(&[args.as_slice(), &["--max-frames", "3", "--report", "-"]].concat()).ends_with(0);
            assert_eq!(report(&ran)["frames"], 3);
            assert_eq!(report(&ran)["sources"][0]["uri"], url.replace("pw", "***"));
        }
        assert_eq!(served.interrupt(), 130);
    }
    assert_eq!(world.left(&[]), [""; 0]);
}

#[test]
fn an_output_that_cannot_be_served_is_named() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = format!("rtsp://{}/x", taken.local_addr().unwrap());
    world.test1(&["test:red?size=64x64&frames=5", "-o", &output]).ends_with(1).says(&format!(
        "error: -o {output}: 127.0.0.1:{} is in use by another program",
        taken.local_addr().unwrap().port()
    ));
    world.test1(&["test:red", "-o", "rtsps://:0/x"]).ends_with(2).says("TLS needs a certificate");
    world
        .test1(&["test:red", "-o", "rtsps://:0/x?certificate=config.txt"])
        .ends_with(2)
        .says("config.txt is no PEM file");
}

#[test]
fn a_camera_that_cannot_be_played_is_named() {
    let world = World::new();
    let camera = Camera::start("user=me password=right");
    let play = |url: &str| world.test1(&[url, "-o", "none", "--rtsp-transport", "tcp"]).ends_with(1);
    let wrong = camera.url.replace("//", "//me:wrong@");
    let said = play(&wrong);
    assert!(!said.stderr.contains("wrong@"), "{}", said.stderr);
    said.says("user or password");
    play(&camera.url).says("user or password");
    let elsewhere = camera.url.replace("ds-test", "nowhere").replace("//", "//me:right@");
    play(&elsewhere).says("has nothing there");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    play(&format!("rtsp://{closed}/x")).says("nothing answers there; is the address right and the server up?");
    play("rtsp://nowhere.invalid/x").says("nothing answers there");
}

/// A server that answers whoever connects with `answer`, and keeps the connection open.
fn server_that_says(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 64]);
            let _ = stream.write_all(answer);
            kept.push(stream);
        }
    });
    format!("rtsp://{address}/x")
}

#[test]
fn servers_that_speak_no_rtsp_are_named() {
    let world = World::new();
    for answer in
        [b"".as_slice(), b"HTTP/1.0 200 OK\r\n\r\n<html>\r\n", b"\x00\xff\x13garbage\r\n\r\n\r\n", b"RTSP/1.0 200"]
    {
        let url = server_that_says(answer);
        let ran = world.test1(&[&url, "-o", "none", "--rtsp-transport", "tcp"]).ends_with(1);
        println!("{answer:?}: {}", ran.stderr);
        ran.says(&format!("error: {url}: "));
    }
}
