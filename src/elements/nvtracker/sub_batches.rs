//! `sub-batches`: which configuration tracks which source.

use super::error::StartError;

/// How sources are shared out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SubBatches {
    /// All sources together.
    #[default]
    One,
    /// `0,1;2,3`: the sources of each.
    Sources(Vec<Vec<u32>>),
    /// `2:2`: how many sources each takes, in the order they come.
    Sizes(Vec<usize>),
}

impl SubBatches {
    /// Reads the property.
    ///
    /// # Errors
    /// When it mixes both ways or holds something else than numbers.
    pub fn parse(text: &str) -> Result<Self, StartError> {
        let wrong = |reason| StartError::SubBatches { value: text.to_owned(), reason };
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(Self::One);
        }
        let listed = trimmed.contains([';', ',']);
        if listed && trimmed.contains(':') {
            return Err(wrong("source ids and sizes cannot be mixed"));
        }
        if listed {
            let sources =
                |part: &str| part.split(',').map(|id| id.trim().parse::<u32>()).collect::<Result<Vec<_>, _>>();
            let all = trimmed.trim_end_matches(';').split(';').map(sources).collect::<Result<Vec<_>, _>>();
            return all.map(Self::Sources).map_err(|_| wrong("a source id is a whole number from 0"));
        }
        let sizes = trimmed.split(':').map(|size| size.trim().parse::<usize>()).collect::<Result<Vec<_>, _>>();
        sizes.map(Self::Sizes).map_err(|_| wrong("a size is a whole number from 0"))
    }

    /// The sub-batch of source `pad`, where `taken` are those of the sources that are there already.
    pub fn of(&self, pad: u32, taken: &[usize]) -> usize {
        match self {
            Self::One => 0,
            Self::Sources(all) => all.iter().position(|sources| sources.contains(&pad)).unwrap_or(0),
            Self::Sizes(sizes) => {
                let used = |index: usize| taken.iter().filter(|&&other| other == index).count();
                (0..sizes.len()).find(|&index| used(index) < sizes[index]).unwrap_or(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_are_read_and_nonsense_is_named() {
        assert_eq!(SubBatches::parse("").unwrap(), SubBatches::One);
        let sources = SubBatches::parse("0,1;2,3").unwrap();
        assert_eq!((sources.of(1, &[]), sources.of(3, &[]), sources.of(9, &[])), (0, 1, 0));
        let sizes = SubBatches::parse("2:1").unwrap();
        assert_eq!((sizes.of(5, &[0]), sizes.of(5, &[0, 0]), sizes.of(5, &[0, 0, 1])), (0, 1, 0));
        let message = SubBatches::parse("0,1:2").unwrap_err().to_string();
        assert_eq!(
            message,
            "sub-batches=0,1:2: source ids and sizes cannot be mixed; write source ids as in 0,1;2,3 or sizes as in 2:2"
        );
        assert!(SubBatches::parse("a:b").is_err() && SubBatches::parse("-1,2").is_err());
    }
}
