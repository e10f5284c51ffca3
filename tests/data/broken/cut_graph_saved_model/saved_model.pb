ñ
"serve­
K
serving_default_xPlaceholder*
dtype0*
shape:ÿÿÿÿÿÿÿÿÿ
=
dense/kernelVarHandleOp*
dtype0*
shape
:
7

dense/biasVarHandleOp*
dtype0*
shape:
?
dense_1/kernelVarHandleOp*
dtype0*
shape
:
9
dense_1/biasVarHandleOp*
dtype0*
shape:
@
saver_filenameConst*
dtype0*
valueBBmodel
§
StatefulPartitionedCallStatefulPartitionedCallserving_default_xdense/kernel
dense/biasdense_1/kerneldense_1/bias*(
f#R!
__inference_signature_wrapper_1
¤
StatefulPartitionedCall_1StatefulPartitionedCallsaver_filenamedense/kernel
dense/biasdense_1/kerneldense_1/bias*&
f!R
__inference__traced_restore_3Ö
õ
d
__inference_signature_wrapper_1
x	
unknown
	unknown_0
	unknown_1
	unknown_2

identity†
StatefulPartitionedCallStatefulPartitionedCallxunknown	unknown_0	unknown_1	unknown_2*%
f R
__inference__wrapped_model_2=
Identity