-- Whether a request was asked before: one that was decided is not asked anew while the decision holds.

CREATE INDEX approval_by_request ON approval (request_key, created_at);
