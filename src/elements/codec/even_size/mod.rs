//! A private element that leaves out the last column and row of pictures of odd size, for encoders of 4:2:0, which know
//! even sizes only. No pixel is copied: only the description of the frame changes. It is not registered under a name.

use gst::glib;

mod imp;

glib::wrapper! {
    /// The element. Pads: `sink` and `src`, always there.
    pub struct EvenSize(ObjectSubclass<imp::EvenSize>) @extends gst::Element, gst::Object;
}

impl Default for EvenSize {
    fn default() -> Self {
        glib::Object::builder().build()
    }
}
