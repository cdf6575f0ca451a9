//! Memory for the tensors of a library: handed out, watched for writes behind its end, used again.

use std::collections::{HashMap, VecDeque};
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::elements::{Elements, TensorType};
use crate::meta::preprocess::PreparedTensor;

/// Bytes behind each tensor that nobody may write.
const GUARD: usize = 4096;
/// What they hold.
const MARK: u8 = 0xA5;
/// More than the pool's size a library may hold for a moment, so that its mistake can be told after its function returned.
const GRACE: usize = 16;

/// The pool of one library. Its address is the library's as long as it is in use.
pub struct Tensors {
    kind: TensorType,
    /// Values of a whole tensor.
    len: usize,
    most: usize,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    /// The library's, by their addresses.
    held: HashMap<usize, Elements>,
    spare: Vec<Elements>,
    /// Under way, to be used again.
    lent: VecDeque<Arc<PreparedTensor>>,
}

/// What became of a tensor the library answered with.
pub enum Taken {
    /// Its values, without the guard.
    Whole(Elements),
    /// The bytes behind it are not as they were.
    Overrun,
}

impl Tensors {
    /// Tensors of `len` values, of which a library should hold `most` at once.
    pub fn new(kind: TensorType, len: usize, most: usize) -> Self {
        Self { kind, len, most: most.max(1), shelf: Mutex::default() }
    }

    /// Bytes of a whole tensor.
    pub fn bytes(&self) -> usize {
        self.len * self.kind.bytes()
    }

    /// How many tensors the library holds that should not, and how many it may.
    pub fn too_many(&self) -> Option<(usize, usize)> {
        let held = self.shelf().held.len();
        (held > self.most).then_some((held, self.most))
    }

    /// Room for a tensor; null when the library holds far too many.
    pub fn acquire(&self) -> *mut c_void {
        let mut shelf = self.shelf();
        if shelf.held.len() >= self.most + GRACE {
            return std::ptr::null_mut();
        }
        let values = shelf.spare.pop().or_else(|| shelf.returned());
        let mut values = values.filter(|values| values.kind() == self.kind).unwrap_or_else(|| Elements::new(self.kind));
        values.resize(self.len + GUARD / self.kind.bytes());
        let bytes = bytes_mut(&mut values);
        bytes[self.bytes()..].fill(MARK);
        let address = bytes.as_mut_ptr();
        shelf.held.insert(address.expose_provenance(), values);
        address.cast()
    }

    /// Takes back what the library does not answer with. Whether it was its.
    pub fn release(&self, address: *mut c_void) -> bool {
        let mut shelf = self.shelf();
        let values = shelf.held.remove(&address.addr());
        let found = values.is_some();
        shelf.spare.extend(values);
        found
    }

    /// What the library answers with.
    pub fn take(&self, address: *mut c_void) -> Option<Taken> {
        let mut values = self.shelf().held.remove(&address.addr())?;
        if bytes_mut(&mut values)[self.bytes()..].iter().any(|byte| *byte != MARK) {
            return Some(Taken::Overrun);
        }
        values.resize(self.len);
        Some(Taken::Whole(values))
    }

    /// Remembers a tensor that goes downstream, to use its memory afterwards.
    pub fn lend(&self, tensor: &Arc<PreparedTensor>) {
        let mut shelf = self.shelf();
        if shelf.lent.len() < self.most {
            shelf.lent.push_back(Arc::clone(tensor));
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// The memory of a tensor that nobody looks at any more.
    fn returned(&mut self) -> Option<Elements> {
        let free = self.lent.iter_mut().position(|tensor| Arc::get_mut(tensor).is_some())?;
        self.lent.remove(free).and_then(Arc::into_inner).map(|tensor| tensor.values)
    }
}

/// The values as bytes.
fn bytes_mut(values: &mut Elements) -> &mut [u8] {
    let bytes = values.len() * values.kind().bytes();
    let address: *mut u8 = match values {
        Elements::Fp32(values) => values.as_mut_ptr().cast(),
        Elements::Uint8(values) => values.as_mut_ptr(),
        Elements::Int8(values) => values.as_mut_ptr().cast(),
        Elements::Uint32(values) => values.as_mut_ptr().cast(),
        Elements::Int32(values) => values.as_mut_ptr().cast(),
        Elements::Int64(values) => values.as_mut_ptr().cast(),
        Elements::Uint64(values) => values.as_mut_ptr().cast(),
        Elements::Fp16(values) => values.as_mut_ptr().cast(),
    };
    // SAFETY: the vector's own memory, borrowed mutably; every byte of a number may be read and written.
    unsafe { std::slice::from_raw_parts_mut(address, bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back_and_writes_behind_it_are_seen() {
        let tensors = Tensors::new(TensorType::Fp16, 6, 2);
        let [a, b, c] = [(); 3].map(|()| tensors.acquire());
        assert_eq!(tensors.too_many(), Some((3, 2)));
        assert!(tensors.release(b) && !tensors.release(b) && tensors.too_many().is_none());
        let Some(Taken::Whole(values)) = tensors.take(a) else { panic!() };
        assert_eq!((values.len(), values.kind()), (6, TensorType::Fp16));
        assert!(tensors.take(a).is_none());
        let mut shelf = tensors.shelf();
        bytes_mut(shelf.held.get_mut(&c.addr()).unwrap())[12] = 0;
        drop(shelf);
        assert!(matches!(tensors.take(c), Some(Taken::Overrun)));
        assert_eq!(tensors.acquire(), b, "what came back is used again");
        let most = (0..).take_while(|_| !tensors.acquire().is_null()).count();
        assert_eq!(most, 2 + GRACE - 1);
    }
}
