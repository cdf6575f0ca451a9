//! One object of a frame.

use super::classifier::Classifier;
use super::error::MetaError;
use super::ffi::UNTRACKED_OBJECT_ID;
use super::ffi::batch::{NvDsClassifierMeta, NvDsObjectMeta};
use super::ffi::osd::{NvOSD_RectParams, NvOSD_TextParams};
use super::raw::owner::{Owner, Place};
use super::text::{self, Colour, Text, TextStyle};
use super::user::{AbiData, RawUserMeta, UserData, UserMeta, find, put, put_abi, put_raw};
use super::view::{Items, ItemsMut, View, bbox_of, fields, inline_text, rect_of, set_inline_text, view};
use crate::base::geometry::Rect;

view! {
    /// Metadata of one object (`NvDsObjectMeta`).
    Object of NvDsObjectMeta
}

/// Names an object of a frame while it is on it. A key may be kept, but after the object was removed it may come to
/// name another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectKey(usize);

impl ObjectKey {
    /// The ABI struct, as long as the object is in its frame.
    pub(crate) fn address(self) -> *mut NvDsObjectMeta {
        std::ptr::with_exposed_provenance_mut(self.0)
    }
}

/// A mask over an object's box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mask<'a> {
    /// `width * height` values, row by row.
    pub values: &'a [f32],
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Values above it belong to the object.
    pub threshold: f32,
}

impl Object {
    fields! {
        /// Index of the class in the labels of the detector.
        class_id, set_class_id: i32 = class_id;
        /// Confidence of the detector, 0 to 1; -0.1 where it has none.
        confidence, set_confidence: f32 = confidence;
        /// Confidence of the tracker, 0 to 1; -0.1 where it has none.
        tracker_confidence, set_tracker_confidence: f32 = tracker_confidence;
        /// `gie-unique-id` of the component that found the object.
        component_id, set_component_id: i32 = unique_component_id;
    }

    /// The id a tracker gave the object.
    pub fn object_id(&self) -> Option<u64> {
        // SAFETY: a view's struct is live.
        Some(unsafe { (*self.raw()).object_id }).filter(|id| *id != UNTRACKED_OBJECT_ID)
    }

    /// Sets [`object_id`](Self::object_id).
    pub fn set_object_id(&mut self, id: Option<u64>) {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).object_id = id.unwrap_or(UNTRACKED_OBJECT_ID) }
    }

    /// The name of the class.
    pub fn label(&self) -> &str {
        // SAFETY: the array lies in the struct.
        inline_text(unsafe { &(*self.raw()).obj_label })
    }

    /// Sets the name of the class; the ABI has room for 127 bytes, more is cut at a character.
    pub fn set_label(&mut self, label: &str) {
        // SAFETY: the array lies in the struct.
        set_inline_text(unsafe { &mut (*self.raw()).obj_label }, label);
    }

    /// The box as the last component left it, in pixels of the frame.
    pub fn rect(&self) -> Rect {
        let params = self.rect_params();
        Rect { left: params.left, top: params.top, width: params.width, height: params.height }
    }

    /// Moves the box.
    pub fn set_rect(&mut self, rect: Rect) {
        let params = self.rect_params_mut();
        (params.left, params.top, params.width, params.height) = (rect.left, rect.top, rect.width, rect.height);
    }

    /// The box with its border and fill.
    pub fn rect_params(&self) -> &NvOSD_RectParams {
        // SAFETY: a view's struct is live.
        unsafe { &(*self.raw()).rect_params }
    }

    /// The box with its border and fill, to edit.
    pub fn rect_params_mut(&mut self) -> &mut NvOSD_RectParams {
        // SAFETY: a view's struct is live; the part holds numbers only.
        unsafe { &mut (*self.raw()).rect_params }
    }

    /// Sets width in pixels and colour of the box's border.
    pub fn set_border(&mut self, width: u32, colour: Colour) {
        self.rect_params_mut().border_width = width;
        self.set_border_colour(colour);
    }

    /// Sets the colour of the box's border.
    pub fn set_border_colour(&mut self, colour: Colour) {
        self.rect_params_mut().border_color = text::colour(colour);
    }

    /// Fills the box with a colour, or with nothing.
    pub fn set_fill(&mut self, colour: Option<Colour>) {
        let params = self.rect_params_mut();
        params.has_bg_color = u32::from(colour.is_some());
        params.bg_color = text::colour(colour.unwrap_or_default());
    }

    /// The box as the detector reported it.
    pub fn detector_bbox(&self) -> Rect {
        // SAFETY: a view's struct is live.
        rect_of(unsafe { &(*self.raw()).detector_bbox_info.org_bbox_coords })
    }

    /// Sets [`detector_bbox`](Self::detector_bbox).
    pub fn set_detector_bbox(&mut self, rect: Rect) {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).detector_bbox_info.org_bbox_coords = bbox_of(rect) }
    }

    /// The box as the tracker reported it.
    pub fn tracker_bbox(&self) -> Rect {
        // SAFETY: a view's struct is live.
        rect_of(unsafe { &(*self.raw()).tracker_bbox_info.org_bbox_coords })
    }

    /// Sets [`tracker_bbox`](Self::tracker_bbox).
    pub fn set_tracker_bbox(&mut self, rect: Rect) {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).tracker_bbox_info.org_bbox_coords = bbox_of(rect) }
    }

    /// The text drawn with the object.
    pub fn text(&self) -> Option<&str> {
        self.text_params().map(|text| text.text)
    }

    /// The text drawn with the object, with its place and style.
    pub fn text_params(&self) -> Option<Text<'_>> {
        // SAFETY: the strings belong to the object.
        unsafe { Text::of(&(*self.raw()).text_params) }
    }

    /// Sets the text drawn with the object, 10 pixels above its box.
    pub fn set_text(&mut self, text: &str, style: TextStyle) {
        let Rect { left, top, .. } = self.rect();
        // SAFETY: the parameters are the object's own.
        unsafe { text::write(self.owner(), self.text_raw(), text, &style) };
        self.set_text_position(left.max(0.0) as u32, (top - 10.0).max(0.0) as u32);
    }

    /// Changes the text and nothing else.
    pub fn replace_text(&mut self, text: &str) {
        // SAFETY: the slot is the object's own.
        unsafe { self.owner().set_text(&raw mut (*self.text_raw()).display_text, text) }
    }

    /// Moves the text's top left corner.
    pub fn set_text_position(&mut self, x: u32, y: u32) {
        // SAFETY: a view's struct is live.
        unsafe { ((*self.text_raw()).x_offset, (*self.text_raw()).y_offset) = (x, y) }
    }

    /// Names this object; see [`Frame::object`](super::Frame::object).
    pub fn key(&self) -> ObjectKey {
        ObjectKey(self.raw().expose_provenance())
    }

    /// The key of the object this one was found in; see [`Frame::parent_of`](super::Frame::parent_of).
    pub fn parent_key(&self) -> Option<ObjectKey> {
        // SAFETY: a view's struct is live.
        let parent = unsafe { (*self.raw()).parent };
        (!parent.is_null()).then(|| ObjectKey(parent.expose_provenance()))
    }

    /// The object's mask.
    pub fn mask(&self) -> Option<Mask<'_>> {
        // SAFETY: `data` is NULL or holds `size` bytes and belongs to the object.
        unsafe {
            let mask = &raw const (*self.raw()).mask_params;
            let (width, height) = ((*mask).width, (*mask).height);
            let count = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
            if (*mask).data.is_null() || count == 0 || count > (*mask).size as usize / size_of::<f32>() {
                return None;
            }
            let values = std::slice::from_raw_parts((*mask).data, count);
            Some(Mask { values, width, height, threshold: (*mask).threshold })
        }
    }

    /// Sets the object's mask: `width * height` values, row by row.
    pub fn set_mask(
        &mut self,
        values: impl AsRef<[f32]>,
        width: u32,
        height: u32,
        threshold: f32,
    ) -> Result<(), MetaError> {
        let values = values.as_ref();
        let size = u32::try_from(size_of_val(values)).ok();
        let (Some(size), true) = (size, values.len() as u64 == u64::from(width) * u64::from(height)) else {
            return Err(MetaError::MaskSize { values: values.len(), width, height });
        };
        // SAFETY: the slot is the object's own.
        unsafe {
            let mask = &raw mut (*self.raw()).mask_params;
            self.owner().set_mask(&raw mut (*mask).data, values);
            ((*mask).size, (*mask).threshold, (*mask).width, (*mask).height) = (size, threshold, width, height);
        }
        Ok(())
    }

    /// Results of classifiers, the newest first.
    pub fn classifiers(&self) -> impl Iterator<Item = &Classifier> {
        // SAFETY: the list cannot change while `self` is borrowed.
        unsafe { Items::<Classifier>::new((*self.raw()).classifier_meta_list) }
    }

    /// Results of classifiers, to edit.
    pub fn classifiers_mut(&mut self) -> impl Iterator<Item = &mut Classifier> {
        // SAFETY: as above, and `&mut self` is the only way to them.
        unsafe { ItemsMut::<Classifier>::new((*self.raw()).classifier_meta_list) }
    }

    /// Adds an empty classifier result in front of the others.
    pub fn add_classifier(&mut self) -> &mut Classifier {
        // SAFETY: the new item is reached through `self` alone.
        unsafe {
            let classifier: *mut NvDsClassifierMeta = self.owner().acquire();
            self.owner().add_classifier(self.raw(), classifier);
            Classifier::from_raw_mut(classifier)
        }
    }

    /// The object's user metadata, the newest first.
    pub fn user_metas(&self) -> impl Iterator<Item = &UserMeta> {
        // SAFETY: as in `classifiers`.
        unsafe { Items::<UserMeta>::new((*self.raw()).obj_user_meta_list) }
    }

    /// Attaches data of a type of the caller's own.
    pub fn add_user<T: UserData>(&mut self, data: T) {
        // SAFETY: `&mut self`: nobody else edits the list.
        unsafe { put(self.owner(), Place::Object(self.raw()), data) }
    }

    /// Attaches a struct of the ABI under its own meta type.
    pub fn add_abi<T: AbiData>(&mut self, data: T) {
        // SAFETY: as above.
        unsafe { put_abi(self.owner(), Place::Object(self.raw()), data) }
    }

    /// Attaches data with callbacks of its own.
    ///
    /// # Safety
    /// The callbacks can be called with the data from any thread; release frees it, copy answers data of the same kind.
    pub unsafe fn add_raw_user(&mut self, raw: RawUserMeta) {
        // SAFETY: the caller's promise.
        unsafe { put_raw(self.owner(), Place::Object(self.raw()), raw) }
    }

    /// The newest attached data of type `T`.
    pub fn user<T: UserData>(&self) -> Option<&T> {
        find(self.user_metas())
    }

    fn text_raw(&self) -> *mut NvOSD_TextParams {
        // SAFETY: a view's struct is live.
        unsafe { &raw mut (*self.raw()).text_params }
    }

    fn owner(&self) -> Owner {
        // SAFETY: objects of a view are items of a batch.
        unsafe { Owner::of_item(self.raw()) }
    }
}
