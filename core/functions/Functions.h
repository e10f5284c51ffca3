// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Every function of the catalogue, by family.
#include "core/functions/Activations.h"
#include "core/functions/Elementary.h"
#include "core/functions/Joint.h"
#include "core/functions/PiecewiseLinear.h"
#include "core/functions/Rounding.h"
