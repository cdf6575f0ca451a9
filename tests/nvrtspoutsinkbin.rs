//! The RTSP server sink against GStreamer's own client, over loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod media;

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use gst::prelude::*;
use media::{LIMIT, have, init, tolerate_rtsp_warnings};

/// A pipeline that serves a made-up picture, and its URL.
struct Served {
    pipeline: gst::Pipeline,
    url: String,
}

impl Served {
    fn start(props: &str) -> Self {
        tolerate_rtsp_warnings();
        let line = format!(
            "videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1 ! nvrtspoutsinkbin name=out rtsp-port=0 {props}"
        );
        let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
        pipeline.set_state(gst::State::Playing).unwrap();
        let url = pipeline.by_name("out").unwrap().property::<String>("url");
        Self { pipeline, url }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// A client; `props` are `rtspsrc`'s.
struct Client {
    pipeline: gst::Pipeline,
    frames: std::sync::mpsc::Receiver<gst::ClockTime>,
}

impl Client {
    fn start(url: &str, props: &str) -> Self {
        // Times as the packets carry them: by default a late packet on a busy machine shifts them.
        let line = format!(
            "rtspsrc location={url} latency=0 buffer-mode=none {props} ! decodebin ! fakesink name=out sync=false"
        );
        let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
        let (send, frames) = std::sync::mpsc::channel();
        let pad = pipeline.by_name("out").unwrap().static_pad("sink").unwrap();
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            let _ = send.send(info.buffer().unwrap().pts().unwrap());
            gst::PadProbeReturn::Ok
        });
        pipeline.set_state(gst::State::Playing).unwrap();
        Self { pipeline, frames }
    }

    /// The times of the next frames.
    fn frames(&self, count: usize) -> Vec<gst::ClockTime> {
        let next = || self.frames.recv_timeout(LIMIT.into()).expect("a frame");
        (0..count).map(|_| next()).collect()
    }

    fn ends_with(&self, kind: gst::MessageType) -> gst::Message {
        let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
        let message = self.pipeline.bus().unwrap().timed_pop_filtered(LIMIT, &kinds).expect("an end");
        assert_eq!(message.type_(), kind, "{message:?}");
        message
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// The test that counts what the process has open runs while no other does.
static ALONE: RwLock<()> = RwLock::new(());

/// Whether the parts are there; held while a test runs.
fn ready() -> Option<RwLockReadGuard<'static, ()>> {
    have(&["rtspsrc", "rtph264depay", "avdec_h264", "x264enc"]).then(beside_others)
}

fn beside_others() -> RwLockReadGuard<'static, ()> {
    ALONE.read().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn several_clients_over_udp_and_tcp_see_every_frame() {
    let Some(_beside_others) = ready() else { return };
    let served = Served::start("");
    assert!(served.url.starts_with("rtsp://127.0.0.1:") && served.url.ends_with("/ds-test"), "{}", served.url);
    let clients = ["protocols=tcp", "protocols=udp", "protocols=tcp"].map(|props| Client::start(&served.url, props));
    for client in &clients {
        let times = client.frames(40);
        // The first may have been held back until the client was ready.
        let steps = times[5..].windows(2).map(|pair| (pair[1] - pair[0]).mseconds());
        let odd: Vec<_> = steps.filter(|step| !(32..=35).contains(step)).collect();
        assert!(odd.is_empty(), "{odd:?}");
    }
    // One that goes leaves the others alone, and one that comes late is served like the first.
    drop(Client::start(&served.url, "protocols=tcp"));
    Client::start(&served.url, "protocols=tcp").frames(10);
    clients[0].frames(10);
}

#[test]
fn h265_is_served() {
    let Some(_beside_others) = ready() else { return };
    if !have(&["x265enc", "avdec_h265", "rtph265depay"]) {
        return;
    }
    let served = Served::start("codec=h265 mount-point=/other");
    assert!(served.url.ends_with("/other"));
    Client::start(&served.url, "protocols=tcp").frames(10);
}

#[test]
fn clients_hear_of_the_end() {
    let Some(_beside_others) = ready() else { return };
    let served = Served::start("");
    let clients = ["protocols=tcp", "protocols=udp"].map(|props| Client::start(&served.url, props));
    clients.iter().for_each(|client| drop(client.frames(3)));
    served.pipeline.send_event(gst::event::Eos::new());
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = served.pipeline.bus().unwrap().timed_pop_filtered(LIMIT, &kinds).unwrap();
    assert_eq!(end.type_(), gst::MessageType::Eos);
    clients.iter().for_each(|client| drop(client.ends_with(gst::MessageType::Eos)));
}

#[test]
fn only_user_and_password_open() {
    let Some(_beside_others) = ready() else { return };
    let served = Served::start("user=me password=secret");
    for wrong in ["", "user-id=me user-pw=wrong", "user-id=you user-pw=secret"] {
        let client = Client::start(&served.url, &format!("protocols=tcp {wrong}"));
        let message = client.ends_with(gst::MessageType::Error);
        let gst::MessageView::Error(error) = message.view() else { unreachable!() };
        assert!(error.error().matches(gst::ResourceError::NotAuthorized), "{error:?}");
    }
    Client::start(&served.url, "protocols=tcp user-id=me user-pw=secret").frames(3);
}

#[test]
fn with_a_certificate_it_speaks_tls() {
    let Some(_beside_others) = ready() else { return };
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/rtsp/server.pem");
    let served = Served::start(&format!("certificate={file}"));
    assert!(served.url.starts_with("rtsps://"));
    Client::start(&served.url, "tls-validation-flags=0").frames(3);
    let both = Served::start(&format!("certificate={file} user=me password=secret"));
    Client::start(&both.url, "tls-validation-flags=0 user-id=me user-pw=secret").frames(3);
}

/// The error with which an element with these properties refuses to start.
fn refused(props: &str) -> String {
    init();
    let sink = gst::parse::launch(&format!("fakesrc ! nvrtspoutsinkbin {props}")).unwrap();
    let bus = sink.bus().unwrap();
    assert!(sink.set_state(gst::State::Ready).is_err());
    let message = bus.pop_filtered(&[gst::MessageType::Error]).unwrap();
    sink.set_state(gst::State::Null).unwrap();
    let gst::MessageView::Error(error) = message.view() else { unreachable!() };
    error.error().message().to_owned()
}

#[test]
fn what_cannot_be_served_is_named() {
    let _beside_others = beside_others();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    assert_eq!(
        refused(&format!("rtsp-port={port}")),
        format!("127.0.0.1:{port} is in use by another program; choose another port, or 0 for any free one")
    );
    assert_eq!(refused("rtsp-port=0 mount-point=x"), "mount-point x has to start with a slash");
    let error = refused("rtsp-port=0 certificate=/nowhere.pem");
    assert!(error.starts_with("/nowhere.pem is no PEM file with a certificate and its private key"), "{error}");
    let error = refused("rtsp-port=0 address=192.0.2.1");
    assert!(error.starts_with("cannot listen on 192.0.2.1:0: "), "{error}");
}

#[test]
fn nothing_is_left_behind() {
    if ready().is_none() {
        return;
    }
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let once = || {
        let served = Served::start("");
        Client::start(&served.url, "protocols=tcp").frames(3);
    };
    let open = || std::fs::read_dir("/proc/self/fd").map(|fds| fds.count()).unwrap_or(0);
    once();
    let before = open();
    (0..5).for_each(|_| once());
    assert!(open() <= before + 4, "{before} file descriptors became {}", open());
}
