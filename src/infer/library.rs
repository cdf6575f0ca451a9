//! Where ONNX Runtime's shared library lies.

use std::path::PathBuf;

use crate::base::home;

/// Names the system's loader is asked for when no file is found.
const NAMES: [&str; 2] = ["libonnxruntime.so", "libonnxruntime.so.1"];
/// Places below each folder of [`home::candidates`].
const PLACES: [&str; 2] = [".runtime/onnxruntime", "lib"];

/// What may be loaded, the best first: only `$ORT_DYLIB_PATH` if it is set, else the first file of the places below the
/// shipped folders, then whatever the system's loader finds.
pub fn candidates() -> Vec<PathBuf> {
    if let Some(path) = std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()) {
        return vec![PathBuf::from(path)];
    }
    let files = home::candidates().into_iter().flat_map(|dir| PLACES.map(|place| dir.join(place).join(NAMES[0])));
    files.filter(|path| path.is_file()).chain(NAMES.map(PathBuf::from)).collect()
}

/// The places that were looked at, for an error message.
pub fn looked_in() -> String {
    match std::env::var("ORT_DYLIB_PATH") {
        Ok(path) if !path.is_empty() => format!("$ORT_DYLIB_PATH ({path})"),
        _ => format!("{} beside the program and in the source tree, and the system's libraries", PLACES.join(" and ")),
    }
}
