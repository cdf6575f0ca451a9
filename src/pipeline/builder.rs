//! The pipeline an app describes: typed stages, single elements, launch text, probes.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Flow, Input, Messages, Output, PipelineError, Place, Settings, Sources,
    backend::{Backend, Device},
    branch,
    graph::{Element, Graph, Part},
    output,
    picture::Picture,
    probe::{Probe, ProbeError},
    tint::Tint,
};
use crate::{
    base::{geometry::Size, tiles::Grid},
    config::{
        msgconv::MsgconvConfig,
        nvinfer::{NvInferConfig, ProcessMode},
        nvinferserver,
    },
    meta::Batch,
    surface::PoolCache,
};

/// Upstream's size of a batch where a batcher cannot keep the sources' own.
const UPSTREAM_SIZE: Size = Size { width: 1920, height: 1080 };
/// Upstream's wait for a batch to fill up, in microseconds.
const BATCH_TIMEOUT_US: u32 = 33_000;
/// Upstream's size of the picture that shows all sources; here the most it may take.
const TILED_SIZE: Size = Size { width: 1280, height: 720 };
/// Upstream's size of the pictures that its trackers look at.
const TRACKER_SIZE: Size = Size { width: 640, height: 384 };
/// NVIDIA's trackers, where they are installed.
const TRACKER_LIBRARY: &str = "/opt/nvidia/deepstream/deepstream/lib/libnvds_nvmultiobjecttracker.so";
/// What pictures are taken for until they are seen.
const USUAL_SHAPE: Size = Size { width: 16, height: 9 };

/// How many sources fit where they come by REST and nobody said how many.
const MOST_SOURCES: usize = 16;

/// A pipeline to be run; nothing exists before `run`.
pub struct Pipeline {
    pub(super) app: String,
    pub(super) inputs: Vec<Result<Input, PipelineError>>,
    batch: Option<Option<Size>>,
    stages: Vec<Stage>,
    pub(super) probes: Vec<(Place, Probe)>,
    pub(super) timers: Vec<(Duration, Timer)>,
    pub(super) output: Option<Output>,
    pub(super) changes: Option<Changes>,
    /// The GPU that the app works on beside our elements.
    pub(super) gpu: Option<u32>,
    /// The output shows one source only; known after the check.
    one_picture: bool,
}

/// Code of the app's own that adds and takes out sources.
pub(super) struct Changes {
    /// How many sources there may be at once.
    pub(super) most: usize,
    pub(super) period: Duration,
    pub(super) code: Box<dyn FnMut(&Sources) -> Flow + Send>,
}

/// Code of the app's own that runs again and again.
pub(super) type Timer = Box<dyn FnMut() -> Flow + Send>;

enum Stage {
    Infer { name: String, config: PathBuf, prepared: bool },
    InferServer { name: String, config: PathBuf },
    Preprocess { name: String, config: PathBuf },
    Track { name: String, config: PathBuf },
    Analytics { name: String, config: PathBuf },
    Tile,
    Demux,
    Osd,
    Messages(Messages),
    Element(Element),
    Text(String),
}

impl Pipeline {
    /// An empty pipeline of the command `app`.
    pub fn new(app: &str) -> Self {
        Self {
            app: app.into(),
            inputs: Vec::new(),
            batch: None,
            stages: Vec::new(),
            probes: Vec::new(),
            timers: Vec::new(),
            output: None,
            changes: None,
            gpu: None,
            one_picture: false,
        }
    }

    /// What is played: files, URIs, cameras, `test:`.
    pub fn sources<S: AsRef<str>>(mut self, inputs: impl IntoIterator<Item = S>) -> Self {
        self.inputs.extend(inputs.into_iter().map(|input| input.as_ref().parse()));
        self
    }

    /// Joins the sources into batches (`nvstreammux`, named `mux`) of `size`; by default every source keeps its own.
    pub fn batch(mut self, size: Option<Size>) -> Self {
        self.batch = Some(size);
        self
    }

    /// Runs a network (`nvinfer`) as a DeepStream configuration file says.
    pub fn infer(mut self, name: &str, config: impl AsRef<Path>) -> Self {
        self.stages.push(Stage::Infer { name: name.into(), config: config.as_ref().into(), prepared: false });
        self
    }

    /// Makes tensors of regions or objects (`nvdspreprocess`) for the networks that its configuration file names.
    pub fn preprocess(mut self, name: &str, config: impl AsRef<Path>) -> Self {
        self.stages.push(Stage::Preprocess { name: name.into(), config: config.as_ref().into() });
        self
    }

    /// As [`infer`](Self::infer), over the tensors that a stage before it made.
    pub fn infer_prepared(mut self, name: &str, config: impl AsRef<Path>) -> Self {
        self.stages.push(Stage::Infer { name: name.into(), config: config.as_ref().into(), prepared: true });
        self
    }

    /// Runs a model of a repository or server (`nvinferserver`) as a DeepStream configuration file says.
    pub fn infer_server(mut self, name: &str, config: impl AsRef<Path>) -> Self {
        self.stages.push(Stage::InferServer { name: name.into(), config: config.as_ref().into() });
        self
    }

    /// Gives objects numbers that stay (`nvtracker`), as a low-level tracker's configuration file says.
    pub fn track(mut self, name: &str, config: impl AsRef<Path>) -> Self {
        self.stages.push(Stage::Track { name: name.into(), config: config.as_ref().into() });
        self
    }

    /// Says what objects do (`nvdsanalytics`), as its configuration file's rules ask.
    pub fn analytics(mut self, name: &str, config: impl AsRef<Path>) -> Self {
        self.stages.push(Stage::Analytics { name: name.into(), config: config.as_ref().into() });
        self
    }

    /// Shows all sources side by side in one picture (`nvmultistreamtiler`, named `tiler`) of at most 1280x720.
    pub fn tile(mut self) -> Self {
        self.stages.push(Stage::Tile);
        self
    }

    /// Hands every source out by itself (`nvstreamdemux`, named `demux`). The stages that follow are there once for each
    /// source, their names with its number at the end (`osd_0`), and so is the output: `out.mp4` becomes `out_0.mp4`.
    pub fn demux(mut self) -> Self {
        self.stages.push(Stage::Demux);
        self
    }

    /// Draws boxes and text (`nvdsosd`, named `osd`).
    pub fn osd(mut self) -> Self {
        self.stages.push(Stage::Osd);
        self
    }

    /// Makes messages of the events on frames and sends them to a broker (`nvmsgconv`, named `msgconv`, and `nvmsgbroker`,
    /// named `msgbroker`), beside the pictures, which never wait for it.
    pub fn messages(mut self, messages: Messages) -> Self {
        self.stages.push(Stage::Messages(messages));
        self
    }

    /// Any element, with properties as `gst-launch-1.0` reads them.
    pub fn element(mut self, factory: &str, name: &str, props: &[(&str, &str)]) -> Self {
        let element = Element::new(factory).named(name);
        self.stages
            .push(Stage::Element(props.iter().fold(element, |element, (key, value)| element.prop(*key, *value))));
        self
    }

    /// Any chain of elements, as `gst-launch-1.0` reads it.
    pub fn launch(mut self, text: &str) -> Self {
        self.stages.push(Stage::Text(text.into()));
        self
    }

    /// Code of the app's own on every batch at `place`: `After("pgie")`, `Before("osd")`.
    pub fn probe(mut self, place: impl Into<Place>, probe: impl FnMut(&mut Batch) -> Flow + Send + 'static) -> Self {
        self.probes.push((place.into(), Probe::Batch(Box::new(probe))));
        self
    }

    /// Code of the app's own on every frame at `place`, with its pixels. What is written into them goes downstream; an
    /// error ends the run, and the frame it happened at goes nowhere.
    pub fn pictures<E: Into<ProbeError>>(
        mut self,
        place: impl Into<Place>,
        mut probe: impl FnMut(&mut Picture<'_>) -> Result<Flow, E> + Send + 'static,
    ) -> Self {
        let code = move |picture: &mut Picture<'_>| probe(picture).map_err(Into::into);
        self.probes.push((place.into(), Probe::Pictures(Box::new(code), PoolCache::default())));
        self
    }

    /// Makes every picture RGBA (`nvvideoconvert` and a caps filter named `rgba`), as upstream's samples do before they edit.
    pub fn rgba(self) -> Self {
        self.convert_to_rgba(Element::new("nvvideoconvert"))
    }

    /// As [`Self::rgba`], where `tint` edits it.
    pub fn rgba_for(mut self, tint: &Tint) -> Self {
        self.gpu = tint.gpu();
        let convert = Element::new("nvvideoconvert");
        self.convert_to_rgba(tint.memory().into_iter().fold(convert, |element, (key, value)| element.prop(key, value)))
    }

    fn convert_to_rgba(mut self, convert: Element) -> Self {
        let filter = Element::new("capsfilter").named("rgba").prop("caps", "video/x-raw(memory:NVMM), format=RGBA");
        self.stages.extend([Stage::Element(convert.named("rgba-convert")), Stage::Element(filter)]);
        self
    }

    /// Code of the app's own that runs every `interval` while the pipeline plays.
    pub fn every(mut self, interval: Duration, code: impl FnMut() -> Flow + Send + 'static) -> Self {
        self.timers.push((interval, Box::new(code)));
        self
    }

    /// Calls `code` every `period` while the pipeline plays, to add and take out sources; there may be `most` at once.
    pub fn change_sources(
        mut self,
        most: usize,
        period: Duration,
        code: impl FnMut(&Sources) -> Flow + Send + 'static,
    ) -> Self {
        self.changes = Some(Changes { most, period, code: Box::new(code) });
        self
    }

    /// Where the pictures go. Without this the last stage has to be a sink.
    pub fn sink(mut self, output: &Output) -> Self {
        self.output = Some(output.clone());
        self
    }

    /// The inputs, each of them known to be there.
    pub(super) fn checked_inputs(&mut self) -> Result<Vec<Input>, PipelineError> {
        let inputs = std::mem::take(&mut self.inputs).into_iter().collect::<Result<Vec<_>, _>>()?;
        if inputs.is_empty() {
            return Err(PipelineError::NoInput);
        }
        inputs.iter().try_for_each(Input::check)?;
        Ok(inputs)
    }

    /// The output with `auto` resolved.
    pub(super) fn resolved_output(&self) -> Option<Output> {
        self.output.as_ref().map(|output| output.resolved(&self.app, output::has_display()))
    }

    /// Whether code of the app's own looks at pixels, which lie in surfaces of our own elements only.
    pub(super) fn looks_at_pixels(&self) -> bool {
        self.probes.iter().any(|(_, probe)| matches!(probe, Probe::Pictures(..)))
    }

    /// The configuration of each network and preparation, by the name of its stage, with the flag that gives it.
    pub(super) fn configs(&self) -> Vec<(String, &'static str, PathBuf)> {
        let config = |stage: &Stage| match stage {
            Stage::Infer { name, config, .. } | Stage::InferServer { name, config } => {
                Some((name.clone(), "-c", config.clone()))
            }
            Stage::Preprocess { name, config } => Some((name.clone(), "--preprocess", config.clone())),
            _ => None,
        };
        self.stages.iter().filter_map(config).collect()
    }

    /// Configuration mistakes, found before anything is built.
    pub(super) fn check(&mut self, inputs: &[Input], output: Option<&Output>) -> Result<(), PipelineError> {
        let mut networks = 0;
        for stage in &self.stages {
            match stage {
                Stage::Infer { config, prepared, .. } => {
                    let mode = NvInferConfig::load(config)?.config.process_mode;
                    if networks == 0 && mode == ProcessMode::Secondary && !prepared {
                        return Err(PipelineError::NoNetworkBefore(config.clone()));
                    }
                }
                Stage::InferServer { config, .. } => drop(nvinferserver::load(config)?),
                // Whatever it is, it may find objects.
                Stage::Element(_) | Stage::Text(_) => {}
                _ => continue,
            }
            networks += 1;
        }
        for stage in &self.stages {
            if let Stage::Messages(messages) = stage {
                MsgconvConfig::load(&messages.config).map_err(PipelineError::Messages)?;
            }
        }
        let splits = ["nvmultistreamtiler", "nvstreamdemux"];
        let joined = self.stages.iter().any(|stage| match stage {
            Stage::Element(element) => splits.contains(&element.factory.as_str()),
            Stage::Text(text) => splits.iter().any(|factory| text.contains(factory)),
            Stage::Tile | Stage::Demux => true,
            _ => false,
        });
        self.one_picture = output.is_some_and(|output| *output != Output::None) && !joined;
        match output {
            Some(output @ Output::Rtsp(_)) if self.demuxed().is_some() => {
                Err(PipelineError::NotForEach { output: output.to_string() })
            }
            Some(output) if self.one_picture && inputs.len() > 1 => {
                Err(PipelineError::OnePicture { count: inputs.len(), output: output.to_string() })
            }
            _ => Ok(()),
        }
    }

    fn batcher(&self, size: Option<Size>, inputs: &[Input], backend: &Backend, settings: &Settings) -> Element {
        let most = self.most_sources(inputs.len(), settings);
        let mux = Element::new("nvstreammux").named("mux").prop("batch-size", most.to_string());
        let mux = on_gpu(mux, backend);
        let mux = if settings.rest.is_some() { mux.prop("drop-pipeline-eos", "true") } else { mux };
        let new_mux = std::env::var("USE_NEW_NVSTREAMMUX").is_ok_and(|value| value == "yes");
        if new_mux {
            if size.is_some() {
                tracing::warn!(
                    "--size has no effect: the new nvstreammux (USE_NEW_NVSTREAMMUX) keeps every source's own"
                );
            }
            return mux;
        }
        let mux = mux.prop("batched-push-timeout", BATCH_TIMEOUT_US.to_string());
        let live = self.changes.is_some() || settings.rest.is_some() || inputs.iter().any(Input::is_live);
        let mux = if live { mux.prop("live-source", "true") } else { mux };
        let mux = if settings.rtsp.camera_time { mux.prop("attach-sys-ts", "false") } else { mux };
        match size.or(backend.deepstream.then_some(UPSTREAM_SIZE)) {
            Some(size) => mux.prop("width", size.width.to_string()).prop("height", size.height.to_string()),
            None => mux,
        }
    }

    /// How many sources there may be at once.
    pub(super) fn most_sources(&self, inputs: usize, settings: &Settings) -> usize {
        let own = self.changes.as_ref().map(|changes| changes.most);
        let most = match (settings.max_sources, own, settings.rest.is_some()) {
            (Some(most), _, _) => most,
            (None, Some(most), _) => most,
            (None, None, true) if self.demuxed().is_some() => inputs,
            (None, None, true) if self.one_picture => 1,
            (None, None, true) => MOST_SOURCES,
            _ => inputs,
        };
        most.max(inputs)
    }

    /// Where the stages stand that are there once for each source.
    pub(super) fn demuxed(&self) -> Option<usize> {
        self.stages.iter().position(|stage| matches!(stage, Stage::Demux))
    }

    /// The output, or that of each source where they are handed out by themselves.
    pub(super) fn outputs(&self, output: Option<&Output>, sources: usize) -> Vec<Output> {
        match (output, self.demuxed()) {
            (Some(output), Some(_)) => (0..sources).map(|index| output.of_stream(index)).collect(),
            (output, _) => output.into_iter().cloned().collect(),
        }
    }

    /// How many elements of the main chain belong to the output, or are what the sources leave by.
    pub(super) fn tail(&self, output: Option<&Output>, sync: bool) -> usize {
        match (self.demuxed(), output) {
            (None, Some(output)) => output.parts(Path::new(""), sync).len(),
            _ => 1,
        }
    }

    /// The pipeline as data. `files` are the names that the video files of [`outputs`](Self::outputs) are written under.
    pub(super) fn graph(
        &self,
        inputs: &[Input],
        output: Option<&Output>,
        files: &[PathBuf],
        backend: &Backend,
        settings: &Settings,
    ) -> Graph {
        let sources = inputs.iter().enumerate().map(|(index, input)| input.chain(index, settings));
        let most = self.most_sources(inputs.len(), settings);
        let demuxed = self.demuxed();
        let (joined, single) = self.stages.split_at(demuxed.map_or(self.stages.len(), |at| at + 1));
        let parts = |stages: &[Stage]| -> Vec<Part> {
            stages.iter().flat_map(|stage| stage.parts(most, self.batch.flatten(), backend)).collect()
        };
        let outputs = self.outputs(output, inputs.len());
        let written = |index: usize| files.get(index).map_or(Path::new(""), PathBuf::as_path);
        let mut main = parts(joined);
        let mut branches = Vec::new();
        match demuxed {
            Some(_) => {
                for index in 0..inputs.len() {
                    let mut branch = parts(single);
                    branch.extend(outputs.get(index).into_iter().flat_map(|o| o.parts(written(index), settings.sync)));
                    branches.push(branch::of_source(branch, index));
                }
            }
            None => main.extend(outputs.iter().flat_map(|output| output.parts(written(0), settings.sync))),
        }
        Graph {
            sources: sources.collect(),
            batcher: self.batch.map(|size| self.batcher(size, inputs, backend, settings)),
            main,
            branches,
        }
    }
}

impl Stage {
    /// `size` is that of the batch, where it has one.
    fn parts(&self, most: usize, size: Option<Size>, backend: &Backend) -> Vec<Part> {
        match self {
            Self::Infer { name, config, prepared } => {
                let config = std::path::absolute(config).unwrap_or_else(|_| config.clone());
                let infer = Element::new("nvinfer").named(name).prop("config-file-path", config.display().to_string());
                // A network of a fixed batch is built for as many frames as come together.
                let infer = match most {
                    0 | 1 => infer,
                    sources => infer.prop("batch-size", sources.to_string()),
                };
                let infer = if *prepared { infer.prop("input-tensor-meta", "true") } else { infer };
                vec![on_gpu(infer, backend).into()]
            }
            Self::InferServer { name, config } => {
                let config = std::path::absolute(config).unwrap_or_else(|_| config.clone());
                let infer = Element::new("nvinferserver").named(name);
                let infer = infer.prop("config-file-path", config.display().to_string());
                vec![if most > 1 { infer.prop("batch-size", most.to_string()) } else { infer }.into()]
            }
            Self::Preprocess { name, config } => {
                let config = std::path::absolute(config).unwrap_or_else(|_| config.clone());
                let element = Element::new("nvdspreprocess").named(name);
                vec![on_gpu(element.prop("config-file", config.display().to_string()), backend).into()]
            }
            Self::Track { name, config } => {
                let config = std::path::absolute(config).unwrap_or_else(|_| config.clone());
                let tracker =
                    Element::new("nvtracker").named(name).prop("tracker-width", TRACKER_SIZE.width.to_string());
                let tracker = tracker.prop("tracker-height", TRACKER_SIZE.height.to_string());
                let tracker = if backend.deepstream { tracker.prop("ll-lib-file", TRACKER_LIBRARY) } else { tracker };
                vec![on_gpu(tracker.prop("ll-config-file", config.display().to_string()), backend).into()]
            }
            Self::Analytics { name, config } => {
                let config = std::path::absolute(config).unwrap_or_else(|_| config.clone());
                vec![Element::new("nvdsanalytics").named(name).prop("config-file", config.display().to_string()).into()]
            }
            Self::Tile => vec![on_gpu(tiler(most, size, backend), backend).into()],
            Self::Demux => vec![Element::new("nvstreamdemux").named("demux").prop("per-stream-eos", "true").into()],
            Self::Osd => vec![
                on_gpu(Element::new("nvvideoconvert"), backend).into(),
                on_gpu(Element::new("nvdsosd").named("osd"), backend).into(),
            ],
            Self::Messages(messages) => vec![Part::Text(messages.text())],
            Self::Element(element) => vec![element.clone().into()],
            Self::Text(text) => vec![Part::Text(text.clone())],
        }
    }
}

fn tiler(sources: usize, size: Option<Size>, backend: &Backend) -> Element {
    let grid = Grid::compact(sources.try_into().unwrap_or(u32::MAX));
    let canvas = grid.canvas(size.unwrap_or(USUAL_SHAPE), TILED_SIZE);
    let tiler = Element::new("nvmultistreamtiler").named("tiler");
    let tiler = tiler.prop("rows", grid.rows.to_string()).prop("columns", grid.columns.to_string());
    let tiler = tiler.prop("width", canvas.width.to_string()).prop("height", canvas.height.to_string());
    if backend.deepstream { tiler } else { tiler.prop("enable-padding", "true") }
}

fn on_gpu(element: Element, backend: &Backend) -> Element {
    match backend.device {
        Device::Cuda(number) if number > 0 => element.prop("gpu-id", number.to_string()),
        _ => element,
    }
}
