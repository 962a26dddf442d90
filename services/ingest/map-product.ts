import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { Mapping } from "../../domain/intake/mapping.ts";
