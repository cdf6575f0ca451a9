//! Results of a classifier on an object, and their labels.

use super::ffi::batch::{NvDsClassifierMeta, NvDsLabelInfo};
use super::raw::owner::Owner;
use super::text::Font;
use super::view::{self, Items, ItemsMut, View, fields, inline_text, set_inline_text, view};

view! {
    /// Results of one classifier (`NvDsClassifierMeta`).
    Classifier of NvDsClassifierMeta
}

view! {
    /// One label of a classifier (`NvDsLabelInfo`).
    Label of NvDsLabelInfo
}

impl Classifier {
    fields! {
        /// `gie-unique-id` of the classifier.
        component_id, set_component_id: i32 = unique_component_id;
    }

    /// What the classifier tells apart, such as "vehicletype".
    pub fn kind(&self) -> Option<&str> {
        // SAFETY: a name is NULL or a string that outlives the item.
        unsafe { view::text((*self.raw()).classifier_type) }
    }

    /// Sets [`kind`](Self::kind). Each distinct name is kept for ever, as fonts are: the ABI shares it.
    pub fn set_kind(&mut self, kind: &str) {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).classifier_type = Font::named(kind).as_ptr() }
    }

    /// How many labels there are.
    pub fn num_labels(&self) -> u32 {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).num_labels }
    }

    /// The labels, the newest first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        // SAFETY: the list cannot change while `self` is borrowed.
        unsafe { Items::<Label>::new((*self.raw()).label_info_list) }
    }

    /// The labels to edit.
    pub fn labels_mut(&mut self) -> impl Iterator<Item = &mut Label> {
        // SAFETY: as above, and `&mut self` is the only way to them.
        unsafe { ItemsMut::<Label>::new((*self.raw()).label_info_list) }
    }

    /// Adds an empty label in front of the others.
    pub fn add_label(&mut self) -> &mut Label {
        // SAFETY: the new item is reached through `self` alone.
        unsafe {
            let owner = Owner::of_item(self.raw());
            let label: *mut NvDsLabelInfo = owner.acquire();
            owner.add_label(self.raw(), label);
            Label::from_raw_mut(label)
        }
    }
}

impl Label {
    fields! {
        /// Index of the class.
        class_id, set_class_id: u32 = result_class_id;
        /// Which head of the classifier it is.
        label_id, set_label_id: u32 = label_id;
        /// How many classes the head tells apart.
        num_classes, set_num_classes: u32 = num_classes;
        /// Probability of the class, 0 to 1.
        probability, set_probability: f32 = result_prob;
    }

    /// The label's text.
    pub fn text(&self) -> &str {
        // SAFETY: the long form belongs to the item, the short one lies in it.
        unsafe { view::text((*self.raw()).pResult_label).unwrap_or_else(|| inline_text(&(*self.raw()).result_label)) }
    }

    /// Sets the text; beyond 127 bytes the ABI's second, allocated field holds it whole.
    pub fn set_text(&mut self, text: &str) {
        // SAFETY: the slots are the item's own; an allocated text of before is replaced, as it would win over the short.
        unsafe {
            let cut = set_inline_text(&mut (*self.raw()).result_label, text);
            if cut || !(*self.raw()).pResult_label.is_null() {
                Owner::of_item(self.raw()).set_text(&raw mut (*self.raw()).pResult_label, text);
            }
        }
    }
}
