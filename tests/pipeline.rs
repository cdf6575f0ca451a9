//! The pipeline layer as apps use it: three depths of building, probes, and what happens when they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use ds_apps::{
    base::{exit::Exit, geometry::Size},
    pipeline::{After, Before, Flow, Lines, Outcome, Output, Pipeline, PipelineError, Policy, Settings},
};

fn settings() -> Settings {
    Settings { lines: Lines::Silent, ..Settings::default() }
}

fn run(pipeline: Pipeline) -> Result<Outcome, PipelineError> {
    pipeline.run(&settings())
}

fn one_source() -> Pipeline {
    Pipeline::new("t").sources(["test:?size=64x48&frames=5"]).batch(None)
}

#[track_caller]
fn fails(pipeline: Pipeline, exit: Exit, text: &str) {
    let error = run(pipeline).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.exit()), (text, exit));
}

#[test]
fn a_probe_sees_every_frame_and_its_metadata() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let own = seen.clone();
    let pipeline = one_source()
        .probe(After("mux"), move |batch| {
            own.lock().unwrap().extend(batch.frames().map(|frame| (frame.frame_num(), frame.pipeline_size())));
            Flow::Continue
        })
        .sink(&Output::None);
    let outcome = run(pipeline).unwrap();
    let size = Size { width: 64, height: 48 };
    assert_eq!(*seen.lock().unwrap(), (0..5).map(|number| (number, size)).collect::<Vec<_>>());
    assert_eq!(outcome.exit, Exit::Done);
    assert_eq!(outcome.report.unwrap().frames, 5);
}

#[test]
fn what_a_probe_adds_is_seen_by_the_next() {
    let labels = Arc::new(Mutex::new(Vec::new()));
    let own = labels.clone();
    let pipeline = one_source()
        .element("queue", "q", &[("max-size-buffers", "2")])
        .probe(Before("q"), |batch| {
            batch.frames_mut().for_each(|frame| frame.add_object().set_label("thing"));
            Flow::Continue
        })
        .probe(After("q"), move |batch| {
            let frames = batch.frames().flat_map(|frame| frame.objects());
            own.lock().unwrap().extend(frames.map(|object| object.label().to_owned()));
            Flow::Continue
        })
        .sink(&Output::None);
    let report = run(pipeline).unwrap().report.unwrap();
    assert_eq!(*labels.lock().unwrap(), ["thing"; 5]);
    assert_eq!(report.objects["thing"], 5);
}

#[test]
fn a_probe_that_panics_fails_the_run_and_nothing_else() {
    let calls = Arc::new(AtomicU32::new(0));
    let own = calls.clone();
    let pipeline = one_source()
        .osd()
        .probe(Before("osd"), move |_| {
            assert!(own.fetch_add(1, Ordering::Relaxed) < 2, "the third one");
            Flow::Continue
        })
        .sink(&Output::None);
    fails(pipeline, Exit::Failed, "osd: the probe before `osd` panicked: the third one");
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    // The process is as it was.
    run(one_source().sink(&Output::None)).unwrap();
}

#[test]
fn a_probe_that_panics_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let output: Output = dir.path().join("out.mp4").to_str().unwrap().parse().unwrap();
    let pipeline = one_source().osd().probe(Before("osd"), |_| panic!("no")).sink(&output);
    assert!(run(pipeline).is_err());
    assert_eq!(dir.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_probe_can_end_the_run() {
    let pipeline = Pipeline::new("t")
        .sources(["test:?size=64x48"])
        .batch(None)
        .probe(After("mux"), |batch| {
            if batch.frames().any(|frame| frame.frame_num() == 9) { Flow::Stop } else { Flow::Continue }
        })
        .sink(&Output::None);
    let outcome = run(pipeline).unwrap();
    assert_eq!(outcome.exit, Exit::Done);
    assert!(outcome.report.unwrap().frames >= 10);
}

#[test]
fn launch_text_and_elements_stand_beside_stages() {
    let pipeline = one_source().launch("queue ! identity name=inner").element("fakesink", "end", &[("sync", "false")]);
    assert_eq!(run(pipeline).unwrap().report.unwrap().frames, 5);
}

#[test]
fn mistakes_in_the_building_are_named() {
    let base = || one_source().sink(&Output::None);
    fails(
        one_source().probe(After("muxx"), |_| Flow::Continue).sink(&Output::None),
        Exit::Usage,
        "a probe is set after `muxx`, but no element has that name; did you mean `mux`?",
    );
    fails(
        one_source().element("queue", "q", &[("max-size-bufers", "1")]).sink(&Output::None),
        Exit::Usage,
        "queue has no property `max-size-bufers`; did you mean `max-size-buffers`?",
    );
    fails(
        one_source().element("queue", "q", &[("leaky", "maybe")]).sink(&Output::None),
        Exit::Usage,
        "queue: property `leaky` does not take `maybe`; it is one of no, upstream, downstream",
    );
    let error = run(one_source().launch("queue ! nosuchthing").sink(&Output::None)).unwrap_err();
    assert!(error.to_string().starts_with("launch text `queue ! nosuchthing`: "), "{error}");
    let error = run(Pipeline::new("t").batch(None).sink(&Output::None)).unwrap_err();
    assert!(matches!(error, PipelineError::NoInput));
    assert!(run(base()).is_ok());
}

#[test]
fn a_duration_ends_what_has_no_end() {
    let settings = Settings { duration: Some(Duration::from_millis(300)), ..settings() };
    let pipeline = Pipeline::new("t").sources(["test:?size=64x48"]).batch(None).sink(&Output::None);
    let report = pipeline.run(&settings).unwrap().report.unwrap();
    assert!(report.frames > 0);
    assert!(report.latency_ms.is_some());
}

#[test]
fn sources_end_on_their_own() {
    let settings = Settings { max_frames: Some(3), ..settings() };
    let inputs = ["test:?size=64x48", "test:?size=32x32&frames=2", "test:?size=64x48"];
    let pipeline = Pipeline::new("t").sources(inputs).batch(None).sink(&Output::None);
    let report = pipeline.run(&settings).unwrap().report.unwrap();
    let frames: Vec<_> = report.sources.iter().map(|source| source.frames).collect();
    assert_eq!(frames, [3, 2, 3]);
}

#[test]
fn one_process_runs_pipelines_side_by_side() {
    let threads = [0; 3].map(|_| std::thread::spawn(|| run(one_source().sink(&Output::None)).unwrap().report.unwrap()));
    for thread in threads {
        assert_eq!(thread.join().unwrap().frames, 5);
    }
}

#[test]
fn a_known_delay_is_in_the_latencies_also_behind_a_tiler() {
    let sources = ["test:?size=64x48&frames=6", "test:?size=64x48&frames=6"];
    let pipeline = Pipeline::new("t").sources(sources).batch(None).launch("identity sleep-time=30000");
    let latency = run(pipeline.tile().launch("identity sleep-time=20000").sink(&Output::None)).unwrap();
    let latency = latency.report.unwrap().latency_ms.unwrap();
    // Histograms keep three digits.
    assert!(latency.p50 >= 49.9 && latency.p50 <= latency.p95 && latency.p95 <= latency.p99, "{latency:?}");
}

#[test]
fn a_live_source_loses_frames_or_waits_as_it_is_told() {
    let played = |policy| {
        let pipeline = Pipeline::new("t").sources(["test:?size=64x48&fps=50&frames=20&live=1"]).batch(None);
        let settings = Settings { policy, ..settings() };
        pipeline.launch("identity sleep-time=60000").sink(&Output::None).run(&settings).unwrap().report.unwrap()
    };
    let lossless = played(Some(Policy::Lossless));
    assert_eq!((lossless.frames, lossless.dropped), (20, 0));
    for latest in [played(None), played(Some(Policy::Latest))] {
        assert!(latest.dropped > 0);
        assert_eq!(latest.frames + latest.dropped, 20);
    }
}
