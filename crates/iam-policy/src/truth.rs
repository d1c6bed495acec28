/// Kleene's three truth values: `Unknown` stands for "true or false, we can't tell".
///
/// Every connective is monotone: replacing an `Unknown` operand by `True` or `False` never changes a result that was
/// already definite. The soundness of a verdict rests on nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Nobody can tell.
    Unknown,
}

impl Truth {
    /// True if all are true, false as soon as one is false, else unknown.
    pub(super) fn all(values: impl IntoIterator<Item = Truth>) -> Truth {
        let mut result = Truth::True;
        for value in values {
            match value {
                Truth::False => return Truth::False,
                Truth::Unknown => result = Truth::Unknown,
                Truth::True => {}
            }
        }
        result
    }

    /// True as soon as one is true, false if all are false, else unknown.
    pub(super) fn any(values: impl IntoIterator<Item = Truth>) -> Truth {
        !Truth::all(values.into_iter().map(|value| !value))
    }

    pub(super) fn negated_if(self, negate: bool) -> Truth {
        if negate { !self } else { self }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}
