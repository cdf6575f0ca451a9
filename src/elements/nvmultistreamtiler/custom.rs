//! The C struct that `custom-tile-config` points at (`CustomTileConfig` of `nvdstilerconfig.h`).

use gst::glib;

/// Where one source is shown, as fractions of the canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C)]
pub struct CustomTile {
    /// The source.
    pub source_id: u32,
    /// Left edge, 0 to 1.
    pub x: f32,
    /// Top edge, 0 to 1.
    pub y: f32,
    /// Width, 0 to 1.
    pub width: f32,
    /// Height, 0 to 1.
    pub height: f32,
}

#[repr(C)]
struct CustomTileConfig {
    tiles: *const CustomTile,
    length: u32,
}

/// More tiles than nvmultistreamtiler shows are a broken struct.
const MOST: u32 = 128;

/// A copy of what the pointer in a property's value points at; nothing for NULL.
pub fn read(value: &glib::Value) -> Vec<CustomTile> {
    let pointer: *const CustomTileConfig = value.get::<glib::Pointer>().map_or(std::ptr::null(), |p| p.cast());
    // SAFETY: whoever sets the property passes NULL or a struct that is live meanwhile, as its documentation says.
    unsafe {
        match pointer.as_ref() {
            Some(config) if !config.tiles.is_null() && config.length <= MOST => {
                std::slice::from_raw_parts(config.tiles, config.length as usize).to_vec()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gst::glib::value::ToValue;

    #[test]
    fn tiles_are_copied_and_nonsense_is_none() {
        let tiles = [CustomTile { source_id: 1, x: 0.5, y: 0.0, width: 0.5, height: 1.0 }];
        let mut config = CustomTileConfig { tiles: tiles.as_ptr(), length: 1 };
        let of = |config: *mut CustomTileConfig| read(&config.cast::<std::ffi::c_void>().to_value());
        assert_eq!(of(&raw mut config), tiles);
        config.length = u32::MAX;
        assert_eq!(of(&raw mut config), []);
        assert_eq!(of(std::ptr::null_mut()), []);
    }
}
