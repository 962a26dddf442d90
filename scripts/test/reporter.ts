import { relative } from "node:path";
import type {
  Reporter,
  SerializedError,
  TestCase,
  TestModule,
  TestRunEndReason,
  TestSpecification,
} from "vitest/node";
import type { Step } from "./progress.ts";

const fileOf = ({ moduleId }: { moduleId: string }) => relative(process.cwd(), moduleId);
const tell = (step: Step) => {
  if (process.connected) process.send?.(step);
};

/** Tells the process that started vitest which files are to run, which of them began and ended, and that it goes on. */
export default class ProgressReporter implements Reporter {
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    tell({ kind: "planned", files: specifications.map(fileOf) });
  }

  onTestModuleQueued(module: TestModule): void {
    tell({ kind: "began", file: fileOf(module) });
  }

  onTestCaseResult(test: TestCase): void {
    tell({ kind: "moved", failed: test.result().state === "failed" });
  }

  onHookEnd(): void {
    tell({ kind: "moved", failed: false });
  }

  onTestModuleEnd(module: TestModule): void {
    const tests = [...module.children.allTests("passed")].length;
    tell({ kind: "ended", file: fileOf(module), passed: module.ok(), tests });
  }

  onTestRunEnd(_: readonly TestModule[], errors: readonly SerializedError[], state: TestRunEndReason): void {
    tell({ kind: "over", state, errors: errors.map(({ message }) => message) });
  }
}
