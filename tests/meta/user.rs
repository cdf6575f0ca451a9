//! User metadata whose type misbehaves, and user metadata for C.

use ds_apps::meta::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts its values, and panics where it is told to.
struct Trouble {
    live: Arc<AtomicUsize>,
    in_clone: bool,
    in_drop: bool,
}

impl Trouble {
    fn new(live: &Arc<AtomicUsize>, in_clone: bool, in_drop: bool) -> Self {
        live.fetch_add(1, Ordering::Relaxed);
        Self { live: Arc::clone(live), in_clone, in_drop }
    }
}

impl Clone for Trouble {
    fn clone(&self) -> Self {
        assert!(!self.in_clone, "no copies");
        Self::new(&self.live, false, self.in_drop)
    }
}

impl Drop for Trouble {
    fn drop(&mut self) {
        self.live.fetch_sub(1, Ordering::Relaxed);
        assert!(!self.in_drop, "no end");
    }
}

impl UserData for Trouble {}

#[test]
fn panics_of_user_data_stay_inside_and_the_rest_is_copied_and_released() {
    let live = Arc::new(AtomicUsize::new(0));
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    frame.add_user(Trouble::new(&live, false, false));
    frame.add_user(Trouble::new(&live, true, false));
    frame.add_user(Trouble::new(&live, false, true));
    frame.add_object().set_label("after");
    let copy = batch.clone();
    let found = copy.frames().next().unwrap();
    assert_eq!(found.user_metas().filter_map(UserMeta::data::<Trouble>).count(), 2);
    assert_eq!(found.user_metas().count(), 2, "what could not be copied is left out whole");
    assert_eq!(found.objects().next().map(Object::label), Some("after"));
    assert_eq!(live.load(Ordering::Relaxed), 5);
    drop((batch, copy));
    assert_eq!(live.load(Ordering::Relaxed), 0);
}

#[test]
fn data_is_edited_in_place_and_removed_by_choice() {
    #[derive(Clone)]
    struct Counter(u32);
    impl UserData for Counter {}

    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    (0..4).for_each(|value| frame.add_user(Counter(value)));
    for meta in frame.user_metas_mut() {
        if let Some(counter) = meta.data_mut::<Counter>() {
            counter.0 *= 10;
        }
    }
    frame.retain_users(|meta| meta.data::<Counter>().is_some_and(|counter| counter.0 != 20));
    let left: Vec<u32> = frame.user_metas().filter_map(UserMeta::data::<Counter>).map(|counter| counter.0).collect();
    assert_eq!(left, [30, 10, 0]);
}
