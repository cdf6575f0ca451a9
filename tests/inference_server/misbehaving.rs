//! What servers do that they should not: nothing hangs, results stay right, every message says which server and what.

use std::net::TcpListener;

use ds_apps::infer::engine::Engine;
use tonic::Code;

use super::scripted::{Act, Scripted};
use super::{connect, run, session};

/// Milliseconds: a short time-out of requests, and patience that no test should need up.
const PATIENT: [u64; 2] = [20_000, 60_000];

#[test]
fn a_model_is_run_in_batches() {
    let server = Scripted::start(0, []);
    let engine = connect(server.port, "means", None, PATIENT).unwrap();
    assert_eq!(engine.name(), format!("means (KServe v2 at 127.0.0.1:{}, test)", server.port));
    assert!(engine.prefers_batches());
    let means = run(&engine, session(&engine).as_mut(), 3).unwrap();
    assert_eq!(means, [[1.0, 11.0, 21.0], [101.0, 111.0, 121.0], [201.0, 211.0, 221.0]]);
    assert_eq!(*server.seen.lock().unwrap(), [(vec![3, 3, 4, 6], "FP32".to_owned())]);
}

#[test]
fn a_server_that_dies_in_mid_batch_and_returns_is_asked_again() {
    let server = Scripted::start(0, [Act::Hang]);
    let port = server.port;
    let engine = connect(port, "means", None, PATIENT).unwrap();
    let means = std::thread::scope(|scope| {
        let running = scope.spawn(|| run(&engine, session(&engine).as_mut(), 1));
        server.hanging.recv().unwrap();
        drop(server);
        // Just started, it does not know the model yet, then it is busy.
        let acts = [Act::Fail(Code::NotFound, "no such model"), Act::Fail(Code::Unavailable, "loading")];
        let again = Scripted::start(port, acts);
        let means = running.join().unwrap();
        assert_eq!(again.seen.lock().unwrap().len(), 3);
        means
    });
    assert_eq!(means.unwrap(), [[1.0, 11.0, 21.0]]);
}

#[test]
fn a_server_that_stays_away_is_given_up() {
    let server = Scripted::start(0, [Act::Hang]);
    let port = server.port;
    let engine = connect(port, "means", None, [20_000, 300]).unwrap();
    let error = std::thread::scope(|scope| {
        let running = scope.spawn(|| run(&engine, session(&engine).as_mut(), 1));
        server.hanging.recv().unwrap();
        drop(server);
        running.join().unwrap().unwrap_err()
    });
    assert!(error.starts_with(&format!("inference server 127.0.0.1:{port}: ")), "{error}");
    assert!(error.contains("; given up after "), "{error}");
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let server = Scripted::start(0, [Act::Hang]);
    let engine = connect(server.port, "means", None, [200, 100]).unwrap();
    let error = run(&engine, session(&engine).as_mut(), 1).unwrap_err();
    assert!(error.contains(": no answer within 0.2 s; given up after "), "{error}");
    // The connection is as good as before.
    assert_eq!(run(&engine, session(&engine).as_mut(), 1).unwrap(), [[1.0, 11.0, 21.0]]);
}

#[test]
fn nobody_waits_for_what_was_cancelled() {
    let server = Scripted::start(0, [Act::Hang]);
    let engine = connect(server.port, "means", None, PATIENT).unwrap();
    let error = std::thread::scope(|scope| {
        let running = scope.spawn(|| run(&engine, session(&engine).as_mut(), 1));
        server.hanging.recv().unwrap();
        engine.cancel();
        running.join().unwrap().unwrap_err()
    });
    assert!(error.ends_with("nobody waits for it any more"), "{error}");
}

#[test]
fn answers_that_do_not_fit_say_what_was_declared() {
    let acts = [
        Act::Shape(vec![1, 4]),
        Act::Shape(vec![3]),
        Act::Type("INT64"),
        Act::Bytes(11),
        Act::Fail(Code::InvalidArgument, "unexpected shape for input 'images'"),
    ];
    let server = Scripted::start(0, acts);
    let engine = connect(server.port, "means", None, PATIENT).unwrap();
    let mut session = session(&engine);
    let mut error = || run(&engine, session.as_mut(), 1).unwrap_err().split_once(": ").unwrap().1.to_owned();
    let wanted = "for the output means float32 [?,3]";
    assert_eq!(error(), format!("answers with the shape [1, 4] {wanted}"));
    assert_eq!(error(), format!("answers with the shape [3] {wanted}"));
    assert_eq!(error(), format!("answers with INT64 elements {wanted}"));
    assert_eq!(error(), format!("answers with 11 bytes {wanted}"));
    assert_eq!(error(), "unexpected shape for input 'images'");
    assert_eq!(run(&engine, session.as_mut(), 1).unwrap(), [[1.0, 11.0, 21.0]]);
}

#[test]
fn what_a_server_does_not_have_is_said_at_once() {
    let error = |port, name, version| connect(port, name, version, [2_000, 200]).err().unwrap().to_string();
    let server = Scripted::start(0, []);
    let text = error(server.port, "other", Some(3));
    assert!(text.ends_with(": has no model other, version 3, (unknown model other)"), "{text}");
    let text = error(Scripted::never_ready().port, "means", None);
    assert!(text.contains(": the model means is not ready; given up after "), "{text}");
    let text = error(Scripted::silent().port, "means", None);
    assert!(text.ends_with("says nothing about the inputs and outputs of means; declare them there"), "{text}");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let text = error(free, "means", None);
    assert!(text.contains("onnection refused") && text.contains("; given up after "), "{text}");
}
