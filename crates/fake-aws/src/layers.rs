//! Layers of policies as the engine takes them, with the sources behind its ids.

use std::collections::BTreeMap;

use iam_policy::{Layer, LayerKind, Policy, PolicyId, StatementRef};

use super::sources::Source;

#[derive(Debug, Default)]
pub(super) struct Layers {
    pub layers: Vec<Layer>,
    sources: BTreeMap<PolicyId, Source>,
}

impl Layers {
    /// Adds a layer of readable policies.
    pub(super) fn push(&mut self, kind: LayerKind, sources: Vec<Source>) {
        let mut policies = Vec::new();
        for source in sources {
            let id = PolicyId::new(self.sources.len().to_string());
            policies.push(Policy {
                id: id.clone(),
                document: source.document.clone(),
            });
            self.sources.insert(id, source);
        }
        self.layers.push(Layer {
            kind,
            policies: Ok(policies),
        });
    }

    /// Where a statement comes from.
    pub(super) fn source(&self, statement: &StatementRef) -> Option<&Source> {
        self.sources.get(&statement.policy)
    }
}
