// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/MathLayout.h"

#include "ui/formula/Typesetter.h"

namespace formulens {

DisplayList layOut(const notation::Tree& tree, const LayoutRequest& request)
{
    return Typesetter(MathFont::ofThisThread()).set(tree, request.widthInEm * MathFont::unitsPerEm);
}

} // namespace formulens
