// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0

/** The texts of another language: each key of the English ones, and no other. */
export type Words<English> = Record<keyof English, string>;
