//! What tests, examples and fuzz targets reach beyond the command line. Nothing else is public, so that the compiler
//! sees what serves nobody.

pub mod audit {
    pub use crate::audit::{Can, Kind, Note, Power, Trusted, audit};
}

pub mod aws {
    pub use crate::aws::{account_details, collect};

    pub mod demo {
        pub use crate::aws::demo::{Answers, Demo};
    }

    pub mod settings {
        pub use crate::aws::settings::Settings;
    }
}

pub mod catalog {
    pub use crate::catalog::{
        Code, Partition, TIERS, is_read_or_list, is_sensitive, known_actions, pages,
    };

    pub mod calls {
        pub use crate::catalog::calls::CALLS;
    }
}

pub mod diagnose {
    pub mod cause {
        pub use crate::diagnose::cause::{
            Basis, Cause, Confidence, Denial, Finding, LayerRefusal, Name, StatementAt,
        };
    }

    pub mod causes {
        pub use crate::diagnose::causes::{CHECKS, confidences};
    }

    pub mod diagnosis {
        pub use crate::diagnose::diagnosis::{Diagnosis, Opens, State, diagnose};
    }

    pub mod fix {
        pub use crate::diagnose::fix::{
            ChangeKind, Plan, Remark, Uneditable, Waiting, WaitsFor, WayAround, plan, with_changes,
        };
    }

    pub mod judgement {
        pub use crate::diagnose::judgement::Judgement;
    }

    pub mod layers {
        pub use crate::diagnose::layers::{Engine, Way};
    }

    pub mod question {
        pub use crate::diagnose::question::{Question, Want};
    }

    pub mod remedy {
        pub use crate::diagnose::remedy::{Actor, Remedy, Step};
    }

    pub mod wait {
        pub use crate::diagnose::wait::{Look, News, Surroundings, until_it_works};
    }
}

pub mod evidence {
    pub use crate::evidence::{
        AttachedPolicy, Evidence, Failure, Gap, GapCause, IdentityPolicies, Observed, Policies,
        PolicyId, Probes, ServiceControlLevel, SimulatedDecision, Via,
    };

    pub mod dump {
        pub use crate::evidence::dump::{Details, ReadError, evidence, read};
    }

    pub mod file {
        pub use crate::evidence::file::{EvidenceFile, LONGEST, ReadError, read};
    }
}

pub mod explain {
    pub use crate::explain::explain;
}

pub mod names {
    pub use crate::names::service_prefix;
}

pub mod redact {
    pub use crate::redact::redact;
}

pub mod render {
    pub use crate::render::{
        AuditFormat, ColorChoice, Palette, PolicyFormat, ReportFormat, write, write_audit,
        write_policies,
    };
}

pub mod report {
    pub use crate::report::{Change, ChangeWay, Report, SiteKind};
}

pub mod simulate {
    pub use crate::simulate::{Format, Tally, simulate};
}

pub mod words {
    pub use crate::words::{Audience, Voice};
}
