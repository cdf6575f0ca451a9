//! Where shipped configurations, models and streams lie.

use std::path::{Path, PathBuf};

/// Folders that may hold `configs/`, `models/` and `streams/`, the first to look in first: `$DS_APPS_HOME`, beside the
/// binary, `share/ds-apps` of the prefix the binary is installed in, the source tree, `/usr/share/ds-apps`.
pub fn candidates() -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = std::env::var_os("DS_APPS_HOME").map(PathBuf::from).into_iter().collect();
    if let Some(bin) = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned)) {
        dirs.push(bin.clone());
        dirs.push(bin.join("../share/ds-apps"));
    }
    dirs.push(PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    dirs.push(PathBuf::from("/usr/share/ds-apps"));
    dirs
}

/// The first place that holds `relative` (such as `streams/sample_720p.mp4`), or `None`.
pub fn find(relative: impl AsRef<Path>) -> Option<PathBuf> {
    candidates().into_iter().map(|dir| dir.join(relative.as_ref())).find(|path| path.exists())
}

/// Where a program keeps what outlives it, for this user: `$XDG_STATE_HOME/ds-apps`, else `~/.local/state/ds-apps`; `None`
/// without a home.
pub fn state() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")))?;
    Some(base.join("ds-apps"))
}
