/** The product's mark: a price line over its floor. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="7" />
      <path class="mark-line" d="M7 22 L13 14 L18 18 L25 8" />
      <path class="mark-floor" d="M7 26 H25" />
    </svg>
  );
}
